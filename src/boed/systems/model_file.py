"""A user's model: the functions of a Python file, and what is wrong with them in words that name
file, function and cure.

model = model_file.load("path/to/model.py")
model.function("predict")({"ka": 1.0}, {"t": 2.0})
"""

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import jax

# function of a model file → what it is given
ARGUMENTS = {
    "predict": ("parameters", "design"),
    "predict_with": ("parameters", "design", "missing"),
    "observe": ("design",),
}
# what a function is called for that stands in no list: the deviation of noise
PREDICTION = ("prediction",)
# an error of JAX, the first that fits → what to do instead
CURES: dict[type[Exception], str] = {
    jax.errors.TracerArrayConversionError: (
        "NumPy and SciPy cannot compute with values that JAX traces: use jax.numpy "
        "(`import jax.numpy as jnp`) and jax.scipy"
    ),
    jax.errors.TracerBoolConversionError: (
        "`if`, `while`, `and`, `or`, `not`, `min` and `max` need a value that is known before the "
        "function runs, and this one is traced: use jnp.where(condition, a, b), jnp.minimum or "
        "jnp.maximum"
    ),
    jax.errors.NonConcreteBooleanIndexError: (
        "how many values a condition selects is not known before the function runs: use "
        "jnp.where(condition, values, 0.0)"
    ),
    jax.errors.TracerIntegerConversionError: (
        "a traced value cannot be a count or an index of a list: use an array of jax.numpy"
    ),
    jax.errors.ConcretizationTypeError: (
        "`float`, `int`, `range` and the functions of `math` need a value that is known before the "
        "function runs, and this one is traced: use jax.numpy"
    ),
}
MODULE = "model_file_"
# modules that lie beside the files that were loaded: read anew with the next file
_NEIGHBOURS: set[str] = set()


class ModelFileError(ValueError):
    """A user's model that cannot be used; the message names file, function and cure."""


@dataclass(frozen=True, eq=False)
class UserFunction:
    """A function of a model file; what goes wrong inside is said with the line of the file."""

    path: Path
    name: str
    arguments: tuple[str, ...]
    function: Callable

    def __call__(self, *values):
        """What the function returns; ModelFileError for whatever it raises."""
        with _beside(self.path.parent):
            try:
                return self.function(*values)
            except Exception as error:
                raise self.error(self._words(error, values), _place(error, self.path)) from error

    def error(self, words: str, place: str = "") -> ModelFileError:
        """An error of this function, with file and line; place: another line than its first."""
        code = inspect.unwrap(self.function)
        first = getattr(getattr(code, "__code__", None), "co_firstlineno", None)
        line = f", line {first}" if first else ""
        return ModelFileError(f"{place or f'{self.path}{line}'}: {self.name}: {words}")

    def _words(self, error: Exception, values: tuple) -> str:
        """What went wrong, and what to do instead."""
        if isinstance(error, KeyError):
            given = [
                f"`{name}` has {', '.join(map(str, value))}"
                for name, value in zip(self.arguments, values, strict=True)
                if isinstance(value, dict)
            ]
            return f"no {error}: {'; '.join(given)}; names come from the configuration"
        for kind, cure in CURES.items():
            if isinstance(error, kind):
                return cure
        first = str(error).strip().splitlines() or [""]
        return f"{type(error).__name__}: {first[0]}"


@dataclass(frozen=True, eq=False)
class ModelFile:
    """Functions by their names, and the file that they come from."""

    path: Path
    functions: Mapping[str, Callable]

    def function(self, name: str, arguments: tuple[str, ...] = PREDICTION) -> UserFunction:
        """A function of the file; arguments: what one without a place in ARGUMENTS is given.

        Raises ModelFileError where there is none of this name, or it takes other arguments.
        """
        arguments = ARGUMENTS.get(name, arguments)
        written = f"def {name}({', '.join(arguments)})"
        if name not in self.functions:
            own = [n for n, f in self.functions.items() if _module_of(f).startswith(MODULE)]
            there = ", ".join(sorted(own)) or "none"
            raise ModelFileError(
                f"{self.path}: no function `{name}` (functions there: {there}): write `{written}`"
            )
        found = UserFunction(self.path, name, arguments, self.functions[name])
        if not _takes(found.function, arguments):
            own = f"{name}{inspect.signature(found.function)}"
            raise found.error(f"is called with {_listed(arguments)}: `{own}` should be `{written}`")
        return found


def load(path: str | Path, required: str | None = "predict") -> ModelFile:
    """The functions of a Python file, relative to the working directory; modules beside it can be
    imported, and nothing is written there.

    Raises ModelFileError for a file that is missing or cannot run, and where a function of
    ARGUMENTS takes other arguments or the required one is missing; None: none is.
    """
    path = Path(path)
    if not path.is_file():
        raise ModelFileError(
            f"{path}: no such file in {Path.cwd()}: a model file's path is relative to the folder "
            "that Snakemake runs in"
        )
    if path.suffix != ".py":
        raise ModelFileError(f"{path}: a model is a Python file, whose name ends in .py")
    with _beside(path.parent):
        module = _run(path)
    model = ModelFile(
        path,
        {
            name: value
            for name, value in vars(module).items()
            if callable(value) and not name.startswith("_")
        },
    )
    for name in ARGUMENTS:
        if name == required or name in model.functions:
            model.function(name)
    return model


def _run(path: Path) -> ModuleType:
    """The module of a file, run anew; ModelFileError where it cannot run."""
    while _NEIGHBOURS:
        sys.modules.pop(_NEIGHBOURS.pop(), None)
    before, name = set(sys.modules), f"{MODULE}{path.stem}"
    specification = importlib.util.spec_from_file_location(name, path.resolve())
    module = importlib.util.module_from_spec(specification)
    # dataclasses look their module up
    sys.modules[module.__name__] = module
    try:
        specification.loader.exec_module(module)
    except SyntaxError as error:
        written = (error.text or "").strip()
        where = _relative(error.filename or "", path)
        raise ModelFileError(f"{where}, line {error.lineno}: {error.msg}: `{written}`") from error
    except ModuleNotFoundError as error:
        raise ModelFileError(
            f"{_place(error, path)}: {error}: install it into the environment, or put "
            f"{error.name}.py beside the file"
        ) from error
    except (Exception, SystemExit) as error:
        raise ModelFileError(
            f"{_place(error, path)}: the file cannot be loaded: {type(error).__name__}: {error}; "
            'what shall not run then stands below `if __name__ == "__main__":`'
        ) from error
    finally:
        folder = path.parent.resolve()
        _NEIGHBOURS.update(n for n in set(sys.modules) - before if _lies_in(folder, n))
    return module


def _module_of(function: Callable) -> str:
    """The name of the module that a function was written in."""
    return getattr(function, "__module__", None) or ""


def _lies_in(folder: Path, module: str) -> bool:
    """Whether a module that is imported comes from a folder."""
    file = getattr(sys.modules[module], "__file__", None)
    return file is not None and Path(file).parent == folder


@contextmanager
def _beside(folder: Path) -> Iterator[None]:
    """A while in which modules of a folder can be imported, without writing caches there."""
    before, writes = list(sys.path), sys.dont_write_bytecode
    sys.path.insert(0, str(folder.resolve()))
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.path[:], sys.dont_write_bytecode = before, writes


def _place(error: BaseException, path: Path) -> str:
    """The last line of an error's traceback in a file or one beside it; nothing without one."""
    folder = path.parent.resolve()
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).parent == folder:
            return f"{_relative(frame.filename, path)}, line {frame.lineno} (`{frame.line}`)"
    return ""


def _relative(name: str, path: Path) -> Path:
    """A file beside a model file, as the user would call it; the model file for all others."""
    return path.parent / Path(name).name if Path(name).parent == path.parent.resolve() else path


def _takes(function: Callable, arguments: tuple[str, ...]) -> bool:
    """Whether a function can be called with these arguments, none of them at another's place."""
    try:
        signature = inspect.signature(function)
        bound = signature.bind(*arguments).arguments
    except TypeError:
        return False
    except ValueError:
        # functions without a signature, as those of compiled libraries
        return True
    names = [name for name, value in bound.items() if isinstance(value, str)]
    return not any(name in arguments and bound[name] != name for name in names)


def _listed(arguments: tuple[str, ...]) -> str:
    """How many arguments, and which."""
    count = "one argument" if len(arguments) == 1 else f"{len(arguments)} arguments"
    return f"{count}, {', '.join(arguments)}"
