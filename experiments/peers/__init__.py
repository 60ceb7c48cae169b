"""The migrant's week in plain Mesa objects, and what other packages for agents reach on their own examples.

How much faster compiled columns are than ordinary objects can only be said of the same rules. Here the phases
``consider`` to ``journey`` stand a second time, written as somebody who uses Mesa would write them: one ``mesa.Agent``
a person, plain Python, one ordinary source of random numbers (``person``, ``options``, ``born``, ``setting_out``,
``contracts``, ``travelling``, ``corridor``). ``kernels`` runs the compiled phases on the same people in the same world,
``agreement`` says whether both come to the same, and ``speed`` how fast they are. ``others`` measures Starsim and Flee
where they are installed.

For both, the phases before and after are left out, so that costs, fees and beliefs stay as they were when the people
were copied, and

- what a week makes available (visas, papers, hazard of removal, every four weeks room at providers) comes as it last
  did;
- whoever looks for work after the journey has it at once on going terms, and thinks again after half a year;
- recruiters' offers are left out, and debts are neither paid nor grow;
- removal takes nothing, nobody weighs own experience, and nobody who returns meets stigma.

The Mesa version also leaves out what only policies bring about (carriers that refuse, people sent back unheard, free
movement, visas tied to a job, regularisation, campaigns, limits on women's travel) and what only other phases read
(accounts of the outside world, what communities hear, tallies of officials). The kernels do all of this, so that the
ratio of speeds is rather too low.
"""
