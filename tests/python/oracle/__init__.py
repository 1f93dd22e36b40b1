"""An independent reading of plans: what MEANING says, in Python's `fractions`.

Nothing here uses dabiao. `formulas` has the expressions of the language with their text and their
value; `worlds` has entities and reports; `plans` makes both at random for Hypothesis.
"""
