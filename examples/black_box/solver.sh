# A cup of coffee that cools, as a program that knows nothing of Python: solver.sh INPUT OUTPUT
# reads {"parameters": {"rate": 0.05, "start": 90.0}, "design": {"t": 10.0}}, a number a line, and
# writes {"temperature": 62.4}.
awk -F'[:,]' '
/"rate"/ { rate = $2 }
/"start"/ { start = $2 }
/"t"/ { t = $2 }
END { printf "{\"temperature\": %.6f}\n", 20 + (start - 20) * exp(-rate * t) }
' "$1" > "$2"
