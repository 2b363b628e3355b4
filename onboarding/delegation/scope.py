"""What may be asked of somebody else: a step, or two that belong together."""

from onboarding.steps import STEPS
from onboarding.wizard.step import AnyStep, Steps


def asked_step(slug: str) -> AnyStep | None:
    """The step that somebody is asked for under this slug; None where only the issuer does it."""
    return next((step for step in STEPS if step.slug == slug and step.asked_of and not step.asked_with), None)


def steps_of(slug: str) -> Steps:
    """All that one link opens."""
    return tuple(step for step in STEPS if step.asked_of and step.asked_as == slug)
