"""The launchers of Hydra that a request may name, checked before anything is started or written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.ground.errors import RequestError

CHOICE, SETTING = "hydra/launcher", "hydra.launcher."


def of_launcher(word: str) -> bool:
    """Whether a word is meant for Hydra, and not for the model."""
    key = word.lstrip("+").partition("=")[0].strip()
    return key.startswith(("hydra/", "hydra.")) and key != "hydra.searchpath"


def check_launcher(words: Iterable[str]) -> None:
    """RequestError unless Hydra knows the launcher that ``words`` choose, and its settings.

    What a launcher is made of (``_target_``) is not a setting: with it a request could call anything.
    """
    asked = list(words)
    for word in asked:
        key, _, value = word.partition("=")
        if key != CHOICE and not key.startswith(SETTING):
            raise RequestError(
                "of Hydra's own settings only a launcher can be chosen, hydra/launcher=NAME, and set, "
                "hydra.launcher.KEY=VALUE",
                where=word,
            )
        if "_target_" in word or "${" in value:
            raise RequestError("a setting of a launcher is a plain value", where=word)
    if asked:
        _compose(asked)


def _compose(words: Sequence[str]) -> None:
    from hydra import compose, initialize  # noqa: PLC0415 - Hydra loads when it is asked for
    from hydra.core.global_hydra import GlobalHydra  # noqa: PLC0415
    from hydra.errors import HydraException, MissingConfigException  # noqa: PLC0415
    from omegaconf.errors import OmegaConfBaseException  # noqa: PLC0415

    from sim.scenario.by_hydra import alone_with_hydra  # noqa: PLC0415

    with alone_with_hydra(), initialize(version_base="1.3", config_path=None):
        try:
            compose(overrides=list(words), return_hydra_config=True)
        except MissingConfigException:
            known = GlobalHydra.instance().hydra.config_loader.get_group_options(CHOICE)  # type: ignore[union-attr]
            chosen = next(word.partition("=")[2] for word in words if word.startswith(CHOICE))
            raise RequestError(
                f"Hydra has no launcher {chosen!r} here; others come with packages such as hydra-joblib-launcher",
                where=f"{CHOICE}={chosen}",
                given=chosen,
                allowed=known,
            ) from None
        except (HydraException, OmegaConfBaseException, ValueError, TypeError) as error:
            what = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise RequestError(f"the launcher cannot be set so: {what}", where=" ".join(words)) from None
