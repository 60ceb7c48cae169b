"""Declared parameters of removal and return, and of what people have lived through; see the package."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
RETURN_PARAMETERS: tuple[Parameter, ...] = (
    # what removal takes; how long people stay in detention is status.detention_weeks
    P("removal.lost_pay", 2.0, "weeks", 0, 52,
      "weeks of pay on going terms that people who are taken for removal lose"),
    P("removal.left_behind", 0.3, "share", 0, 1,
      "share of what people hold that they leave behind when they are removed"),
    P("removal.wait", 13.0, "weeks", 0, 520,
      "mean weeks at home after a removal until people consider anything new by themselves"),
    P("removal.wait_least", 0.5, "share", 0, 1,
      "shortest of these times over the mean; the longest lies as far above it"),
    # own experience
    P("experience.weight", 0.25, "ratio", 0, 100,
      "what one journey or year of her own counts to a person, over all that she hears from others"),
    P("experience.half_life", 104.0, "weeks", 1, 5200, "half-life of what a person has lived through herself"),
    # stigma
    P("stigma.without_means", 0.04, "share", 0, 1,
      "part of the worth of home that stigma takes from people who return with little", "C1-M64", "A", True),
    P("stigma.means", 26.0, "weeks", 0, 1040,
      "weeks of pay at home below which people who return count as having come back with little"),
    P("stigma.exploited", 0.06, "share", 0, 1,
      "part of the worth of home that stigma takes from people who return after exploitation", "C1-M64, C11-M04", "A",
      True),
    P("stigma.sex", 0.12, "share", 0, 1,
      "the same after exploitation in commercial sex, where society.stigma is as usual", "C1-M64", "A", True),
    P("stigma.half_life", 52.0, "weeks", 1, 5200, "half-life of stigma on return"),
    P("stigma.supported", 0.5, "share", 0, 1,
      "part of the stigma on return from which support keeps people", "C1-M71, C11-M04", "A"),
    P("stigma.disclosed", 0.25, "ratio", 0, 10,
      "by how much stigma on return grows where people are recognised at home and their return was not prepared",
      "C13-M42", "A", True),
    # screening and support
    P("return.screened_support", 0.5, "share", 0, 1,
      "share of people recognised by screening on return whom helpers there offer support, whatever others are offered",
      "C7-M29, C7-P18", "A"),
    P("return.support_days", 28.0, "days", 0, 3650,
      "days in which those who support a returned person are there to be told", "C7-M29", "A"),
    P("protection.reintegration_job", 0.4, "share", 0, 1,
      "chance that support on return finds a job at home, where there is work for everyone", "C13-M42, C1-M71", "A"),
    P("protection.reintegration_job_weeks", 104.0, "weeks", 1, 1040, "mean weeks for which such a job lasts"),
)
# fmt: on
