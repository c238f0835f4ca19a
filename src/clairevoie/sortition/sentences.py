"""Sentences about what is wrong, in English, that know how to be said in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

FRENCH: Mapping[str, str] = {
    "A panel of %(size)s seats cannot be drawn: ask for 1 or more.": (
        "On ne peut pas tirer un panel de %(size)s places : demandez-en 1 ou plus."
    ),
    "There are no quotas: give at least one category with its features.": (
        "Il n’y a pas de quotas : donnez au moins un critère avec ses modalités."
    ),
    "A category cannot be called %(name)s: give it another name.": (
        "Un critère ne peut pas s’appeler %(name)s : donnez-lui un autre nom."
    ),
    "Quota %(category)s / %(feature)s is given twice: keep one.": (
        "Le quota « %(category)s, %(feature)s » est donné deux fois : gardez-en un."
    ),
    "Quota %(category)s / %(feature)s asks for %(low)s to %(high)s seats: the fewest must be "
    "between 0 and the most.": (
        "Le quota « %(category)s, %(feature)s » demande %(low)s à %(high)s places : le minimum "
        "doit être compris entre 0 et le maximum."
    ),
    "Category %(category)s asks for %(count)s seats at least, and the panel has %(size)s: lower "
    "some of its minimums.": (
        "Le critère « %(category)s » demande au moins %(count)s places, et le panel en a "
        "%(size)s : baissez certains de ses minimums."
    ),
    "Category %(category)s allows %(count)s seats at most, and the panel has %(size)s: raise some "
    "of its maximums.": (
        "Le critère « %(category)s » permet au plus %(count)s places, et le panel en a %(size)s : "
        "relevez certains de ses maximums."
    ),
    "There are %(count)s volunteers for %(size)s seats.": (
        "Il y a %(count)s volontaires pour %(size)s places."
    ),
    "Volunteer “%(person)s” is there several times: keep one line.": (
        "Le volontaire « %(person)s » est là plusieurs fois : gardez une seule ligne."
    ),
    "%(count)s more volunteers are there several times.": (
        "%(count)s autres volontaires sont là plusieurs fois."
    ),
    "The volunteers have no column “%(category)s”, which has quotas.": (
        "Les volontaires n’ont pas de colonne « %(category)s », qui a des quotas."
    ),
    "Volunteer “%(person)s”: “%(value)s” has no quota in category %(category)s.": (
        "Volontaire « %(person)s » : « %(value)s » n’a pas de quota dans le critère "
        "« %(category)s »."
    ),
    "Volunteer “%(person)s”: “%(value)s” has no quota in category %(category)s. %(count)s others "
    "are alike.": (
        "Volontaire « %(person)s » : « %(value)s » n’a pas de quota dans le critère "
        "« %(category)s ». %(count)s autres sont dans ce cas."
    ),
    "Volunteer “%(person)s” has nothing in category %(category)s.": (
        "Le volontaire « %(person)s » n’a rien dans le critère « %(category)s »."
    ),
    "Volunteer “%(person)s” has nothing in category %(category)s. %(count)s others are alike.": (
        "Le volontaire « %(person)s » n’a rien dans le critère « %(category)s ». %(count)s autres "
        "sont dans ce cas."
    ),
    "%(count)s more values have no quota in category %(category)s.": (
        "%(count)s autres valeurs n’ont pas de quota dans le critère « %(category)s »."
    ),
    "Quota %(category)s / %(feature)s asks for %(low)s seats, and %(count)s volunteers have this "
    "feature.": (
        "Le quota « %(category)s, %(feature)s » demande %(low)s places, et %(count)s volontaires "
        "ont cette modalité."
    ),
    "%(name)s, line %(line)s: %(problem)s.": "%(name)s, ligne %(line)s : %(problem)s.",
    "%(name)s: there is no line in it.": "%(name)s : il n’y a aucune ligne.",
    "%(name)s cannot be read as Parquet: %(problem)s.": (
        "%(name)s ne peut pas être lu comme du Parquet : %(problem)s."
    ),
    "%(name)s: column “%(column)s” holds lists or structures, not values.": (
        "%(name)s : la colonne « %(column)s » contient des listes ou des structures, pas des "
        "valeurs."
    ),
    "%(name)s, line %(line)s: the share of %(category)s / %(feature)s is missing.": (
        "%(name)s, ligne %(line)s : la part de « %(category)s, %(feature)s » manque."
    ),
    "%(name)s, line %(line)s: “%(text)s” is no share: write it as 0.517 or 51.7 %%.": (
        "%(name)s, ligne %(line)s : « %(text)s » n’est pas une part : écrivez-la 0,517 ou 51,7 %%."
    ),
    "Share %(category)s / %(feature)s is given twice: keep one.": (
        "La part de « %(category)s, %(feature)s » est donnée deux fois : gardez-en une."
    ),
    "The share of %(category)s / %(feature)s is %(value)s, and must be between 0 and 1; write "
    "percentages with the sign %%.": (
        "La part de « %(category)s, %(feature)s » est %(value)s, et doit être comprise entre 0 "
        "et 1 ; écrivez les pourcentages avec le signe %%."
    ),
    "The tolerance of %(category)s / %(feature)s is %(value)s, and must be between 0 and 1; write "
    "percentages with the sign %%.": (
        "La tolérance de « %(category)s, %(feature)s » est %(value)s, et doit être comprise entre "
        "0 et 1 ; écrivez les pourcentages avec le signe %%."
    ),
    "%(name)s: there is no line under the header.": (
        "%(name)s : il n’y a aucune ligne sous l’en-tête."
    ),
    "%(name)s, line %(line)s: it has not the %(count)s columns of the header.": (
        "%(name)s, ligne %(line)s : elle n’a pas les %(count)s colonnes de l’en-tête."
    ),
    "“%(person)s” is none of the volunteers.": "« %(person)s » n’est pas un des volontaires.",
    "Volunteer “%(person)s” cannot be chosen already and excluded.": (
        "Le volontaire « %(person)s » ne peut pas être à la fois déjà choisi et exclu."
    ),
    "%(count)s volunteers are chosen already for %(size)s seats: none is left.": (
        "%(count)s volontaires sont déjà choisis pour %(size)s places : il n’en reste pas."
    ),
    "Those chosen already have %(count)s of %(category)s / %(feature)s, and %(high)s at most are "
    "asked.": (
        "Ceux qui sont déjà choisis sont %(count)s à avoir « %(category)s, %(feature)s », et l’on "
        "en demande %(high)s au plus."
    ),
    "The shares of category %(category)s sum to %(total)s %%, not to 100 %%: give every feature, "
    "and the share of each.": (
        "Les parts du critère « %(category)s » font %(total)s %%, et non 100 %% : donnez toutes "
        "les modalités, et la part de chacune."
    ),
    "There are %(count)s volunteers left for %(size)s seats.": (
        "Il reste %(count)s volontaires pour %(size)s places."
    ),
}


class Sentence(str):
    """A sentence in English, made from a template of `FRENCH`.

    Attributes:
        template: with ``%(name)s`` for each value.
        values: by name.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, **values: Any) -> Self:
        """Make it.

        Raises:
            KeyError: the template is not known in French.
        """
        made = super().__new__(cls, template % values)
        made.template, made.values = template, values
        FRENCH[template]
        return made

    @property
    def french(self) -> str:
        """The same in French, with its no-break spaces."""
        text = FRENCH[self.template] % self.values
        return text.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" :", "\u00a0:")
