"""What was found, in words: sentences that rules make from effects, their q-values and intervals.

A sign is named where ``sim.results.signs`` names it and nowhere else; a size stands with its interval; what is not
known is said to be so, and what authorities do is labelled activity. Nothing is ranked or added up.
"""

from sim.report.answers.answer import answer, answer_of, arm_sentences
from sim.report.answers.doses import dose_in_words
from sim.report.answers.said import KINDS, Answer, Sentence

__all__ = ["KINDS", "Answer", "Sentence", "answer", "answer_of", "arm_sentences", "dose_in_words"]
