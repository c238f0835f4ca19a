"""Phrases of the report of an audit, in English; the same keys as in French."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    # Numbers.
    "unknown": "number not published",
    "none": "not applicable",
    "no_interval": "no interval",
    "between": "between {low} and {high}",
    "from_to": "{low} to {high}",
    "out_of": "{count} out of {base}",
    "masked": "withheld",
    "nobody": "nobody in this case",
    # Head.
    "about_public": "Published fairness audit, by a plan written on {day}.",
    "about_administration": "Complete fairness audit, by a plan written on {day}. It holds "
    "figures on few people: it is not to be published.",
    "kind": "Fairness audit",
    "author": "Clairevoie",
    # First page.
    "first": "In short",
    "first_data": "This result is about {count} of the journal “{journal}”, {period}.",
    "first_data_hidden": "This result is about the decisions of the journal “{journal}”, {period}.",
    "period": "from {since} to {until}",
    "period_since": "since {since}",
    "period_until": "until {until}",
    "period_all": "over its whole period",
    "persons_one": "{count} person",
    "persons_many": "{count} persons",
    "decisions_one": "{count} decision",
    "decisions_many": "{count} decisions",
    "first_more": "{mine} for {group}, against {theirs} for {others}.",
    "first_colon": "{measure}:",
    "first_step": "{group}: {before} at the step before, {after} at this one.",
    "first_wait": "half wait {long} at most for {slow}, {short} for {fast}.",
    "first_wait_open": "more than half still wait for {slow}, as far as files were followed; half "
    "wait {short} at most for {fast}.",
    "first_flip": "if only that were changed, the published rules would answer otherwise for "
    "{share} of the decisions.",
    "first_rest_one": "{count} other established difference is given further on.",
    "first_rest_many": "{count} other established differences are given further on.",
    "first_sure": "A difference is named here only if chance alone would rarely give it: {how}.",
    "first_sure_holm": "a risk of {error} at most that even one of the differences of a measure "
    "is due to chance",
    "first_sure_benjamini-hochberg": "of the differences named for a measure, {error} at most on "
    "average would be due to chance",
    "first_sure_none": "a risk of {error} for each comparison alone, without regard to their "
    "number",
    "first_nothing": "No difference is established between the groups compared. That does not "
    "mean that they are treated alike: see what cannot be said.",
    "first_same_one": "For {count} comparison, a difference of more than {delta} is ruled out.",
    "first_same_many": "For {count} comparisons, a difference of more than {delta} is ruled out.",
    "first_cannot_one": "For {count} comparison, nothing can be concluded: there are too few "
    "decisions. Being unable to conclude is not finding equality.",
    "first_cannot_many": "For {count} comparisons, nothing can be concluded: there are too few "
    "decisions. Being unable to conclude is not finding equality.",
    "first_hidden_one": "{count} comparison is not shown, so that nobody can be recognised.",
    "first_hidden_many": "{count} comparisons are not shown, so that nobody can be recognised.",
    "first_reversals_one": "{count} difference turns round when like is compared with like: read "
    "it with care.",
    "first_reversals_many": "{count} differences turn round when like is compared with like: read "
    "them with care.",
    "first_law": "A difference is a fact. It can raise a presumption of discrimination; it is not "
    "enough to establish it.",
    # Data and their limits.
    "data": "The data and their limits",
    "asked_written": "The plan of this audit was written on {day}. It says beforehand what is "
    "measured, for which groups and from which difference on: its digest, given below, lets "
    "anyone check that it has not changed since.",
    "compare_rest": "Each group is compared with all others together.",
    "compare_reference": "Each group is compared with the reference chosen by the plan: "
    "{references}.",
    "compare_overall": "Each group is compared with the whole.",
    "compare_pairs": "Groups are compared two by two.",
    "delta": "The plan holds a difference of {delta} at most to be negligible.",
    "conditions": "Differences are also computed in comparable situations, that is, between "
    "decisions of the same {names}.",
    "conditions_shared": "The same persons have decisions in several of these situations: they "
    "cannot be compared as if they were others, and the difference within like situations is not "
    "given.",
    "unit_decision": "Decisions are counted: a person who received several counts as many times, "
    "and the intervals do not know it.",
    "unit_cluster": "Decisions are counted; the intervals know that one person may have received "
    "several.",
    "unit_person": "Persons are counted: each once, and hit if it happened to them at least once.",
    "weights": "Decisions are weighted, since the journal is a sample; sizes are sums of weights.",
    "not_weighted": "Delays, scores and amounts are not weighted.",
    "outside_one": "{count} decision out of the period was left aside.",
    "outside_many": "{count} decisions out of the period were left aside.",
    "missing": "{group}: {count} ({share}) without an answer. They are a group of their own; none "
    "is dropped.",
    "missing_hidden": "{group}: some decisions are without an answer; their number is not "
    "published.",
    "not_all": "{measure}: measured on {count} ({share} of the period); the others are not part "
    "of this measure.",
    "selective": "“{truth}” is known of the checked files only. If these were chosen by the "
    "machine, such measures say nothing of the other files.",
    "selective_random": "“{truth}” is known of the checked files only. Measures of the sample "
    "drawn at random hold for all files; the others hold for those that were checked.",
    "selective_all": "“{truth}” is known of all files of the journal.",
    # The chain.
    "chain": "Who goes in, who goes out",
    "chain_intro": "From each step to the next, the share of each group among those who remain. A "
    "share that rises at a step says where the difference arises.",
    "chain_title": "Composition at each step, by {what}",
    "chain_about": "Shares of {groups}, from “{first}” to “{last}”.",
    "chain_step": "“{step}”, among “{before}”",
    "chain_all": "All decisions",
    "by_machine": "by the machine",
    "by_agent": "by an agent",
    "by_person": "by the person",
    "by_judge": "by the judge",
    "share": "Share of each group",
    # Rates.
    "rates": "What was found",
    "fold": "By {what}: {told}",
    "fold_no_difference_larger_one": "a difference of more than {delta} is ruled out ({count} "
    "comparison)",
    "fold_no_difference_larger_many": "a difference of more than {delta} is ruled out ({count} "
    "comparisons)",
    "fold_cannot_tell_one": "nothing can be concluded ({count} comparison)",
    "fold_cannot_tell_many": "nothing can be concluded ({count} comparisons)",
    "fold_withheld_one": "not shown ({count} comparison)",
    "fold_withheld_many": "not shown ({count} comparisons)",
    "chart_title": "{measure}, by {what}",
    "chart_about": "Rates from {first} to {last}; overall: {total}.",
    "chart_about_hidden": "Rates from {first} to {last}.",
    "chart_none": "No rate can be shown.",
    "overall": "overall: {rate}",
    "interval": "{level} interval",
    "size": "Hit, out of",
    "size_of": "{count} out of {of}",
    "others": "the others",
    "everybody": "the whole",
    "higher": "{rate}, {gap} more than {others} ({span})",
    "lower": "{rate}, {gap} less than {others} ({span})",
    "no_difference_larger": "{rate}; no difference of more than {delta} with {others} ({span})",
    "cannot_tell": "{rate}; nothing can be concluded: the difference with {others} is {gap} "
    "({span})",
    "needed": "it would take about {count}",
    "ratio": "ratio {ratio} ({low} to {high})",
    "ratio_bare": "ratio {ratio}",
    "within": "in comparable situations, the difference is {gap} ({span})",
    "group_empty": "no case of this group is part of this measure: there is no rate",
    "other_empty": "nobody to compare this group with for this measure",
    "both_empty": "no case is part of this measure",
    "undefined": "there is nothing to compare",
    "withheld": "not shown, so that nobody can be recognised",
    "shares": "{label}: part of each group, by {what}",
    "share_of": "Among those to whom it could happen",
    "share_hit": "Among those to whom it happened",
    "bounds": "If all decisions without an answer were of this group, or none were, the rates "
    "would be: {items}.",
    "bound": "{group}, {span}",
    "gap": "The largest difference between two groups is {gap} ({lowest} – {highest}). Between "
    "groups treated alike, chance would already give {expected} on average, and less than {usual} "
    "in {level} of cases.",
    "gap_interval": "This difference is itself uncertain: between {low} and {high} ({level} "
    "interval).",
    "reversal": "{higher} has a higher rate than {lower} ({overall}), but a lower one in "
    "comparable situations ({within}), in {opposite} cases out of {strata}.",
    "reversal_uncertain_one": "{count} difference turns round in comparable situations, which is "
    "not established.",
    "reversal_uncertain_many": "{count} differences turn round in comparable situations, which is "
    "not established.",
    "reversal_lead": "Beware, the difference turns round:",
    "crossed_more_one": "{count} other crossed group is in the file of cells.",
    "crossed_more_many": "{count} other crossed groups are in the file of cells.",
    "crossed_none": "No difference is established for these crossed groups.",
    "crossed_pooled": "Rates drawn towards what each attribute foresees, so that small groups do "
    "not shout louder than others: {items}.",
    "pooled": "{group}, {rate}",
    # Equalised odds.
    "odds": "The same chances, in the same situation? (equalised odds)",
    "odds_intro": "In the same situation, two persons should have the same chance to be “{said}”, "
    "whatever their group: among the cases “{truth}”, and among the others, where it is wrong. "
    "This measure, called equalised odds, is the largest difference between two groups, of either "
    "of these two rates. At zero, chances would be the same.",
    "odds_by": "By {what}:",
    "odds_random": "By {what}, in the sample drawn at random:",
    "odds_line": "a difference of {gap} ({measure}; {lowest} – {highest}).",
    "odds_cannot": "The interval goes down to zero: nobody can conclude that chances differ, nor "
    "that they are the same.",
    "odds_chance": "Between groups treated alike, chance would already give {expected} on average, "
    "and less than {usual} in {level} of cases.",
    "odds_none": "neither rate exists for two groups: there is no difference.",
    "odds_without": "One of the two rates does not exist, for want of cases, for: {groups}; it is "
    "not counted as zero.",
    "odds_unsure": "With weights, or when a person has several decisions, this difference is given "
    "without an interval: do not read it as established.",
    # Delays.
    "delays": "Delays",
    "delay_title": "{label}, by {what}",
    "delay_about": "Share of files still waiting, from 0 to {horizon} days.",
    "delay_across": "Days since the start",
    "delay_up": "Still waiting",
    "delay_limit": "limit: {limit}",
    "delay_over": "{share} wait {over}",
    "delay_line": "half wait {median}; three quarters, {third}",
    "delay_mean": "{mean} on average over the first {horizon} days",
    "delay_mean_one": "{mean} on average over the first day",
    "days_one": "{count} day",
    "days_many": "{count} days",
    "hours_one": "{count} hour",
    "hours_many": "{count} hours",
    "over_limit": "more than {limit}",
    "over_month": "more than one month",
    "month": "one month",
    "months_one": "{count} month",
    "months_many": "{count} months",
    "days_at_most": "{days} at most",
    "longer": "longer than files were followed",
    "delay_open": "{open} files out of {files} are still open: their wait is counted up to the "
    "last day known, not dropped.",
    "delay_p": "If all groups waited alike, chance would give such a difference {p} times out of "
    "100.",
    "delay_p_rare": "If all groups waited alike, chance would give such a difference less than "
    "once in 1,000.",
    "delay_hours": "Days are counted from date to date, hours from hour to hour: a wait of 2 days "
    "can be less, or more, than 48 hours.",
    "delay_left": "Left aside: {items}.",
    "delay_unknown": "{count} without a first day",
    "delay_impossible": "{count} that end before they start",
    "delay_after": "{count} that start after the last day observed",
    # Scores.
    "scores": "The machine’s score",
    "score_title": "{label}: share above each threshold, by {what}",
    "score_about": "Share of each group whose score reaches each threshold.",
    "score_across": "Threshold of the score",
    "score_up": "Share above",
    "score_in_force": "threshold applied: {value}",
    "score_deciles": "{label}: spread over tenths, by {what}",
    "score_deciles_note": "Each tenth holds a tenth of all scores. A group with the same scores "
    "as the whole would have about 10% of its own in each.",
    "calibrated": "“{truth}” in each tenth of the score, by {what}",
    "calibrated_note": "These shares are out of the files known of each tenth. If one score meant "
    "the same for all, these shares would be alike from group to group.",
    "group": "Group",
    "number": "Number",
    "score_unknown_one": "{count} decision has no score.",
    "score_unknown_many": "{count} decisions have no score.",
    # Amounts.
    "amounts": "Amounts",
    "amount_title": "{label}, by {what}",
    "amount_mean": "Mean",
    "amount_spread": "{label} ({unit}): spread, by {what}",
    "quantile_10": "10% under",
    "quantile_25": "25% under",
    "quantile_50": "Half under",
    "quantile_75": "75% under",
    "quantile_90": "90% under",
    "amount_unknown_one": "{count} decision has no amount.",
    "amount_unknown_many": "{count} decisions have no amount.",
    # Published rules.
    "flips": "The same person, one thing changed",
    "flips_intro": "For each decision, one element and nothing else is changed, then it is "
    "computed again by the published rules. These are no estimates: they are the answers of the "
    "rules.",
    "flip_of": "{inputs} changed in {cases}.",
    "cases_one": "{count} decision",
    "cases_many": "{count} decisions",
    "flip_ground": "It is a ground of discrimination (loi n° 2008-496, article 1), or stands near "
    "one: {grounds}.",
    "flip_unread": "No version of the rules reads this element: no answer can change.",
    "flip_nothing": "None of these decisions could be computed again.",
    "flip_moved": "The answer changes for {moved} decisions out of {compared} ({share}).",
    "flip_sides": "It would be less favourable for {worse}, more favourable for {better}.",
    "flip_change": "from “{before}” to “{after}”, {cases}",
    "flip_changes": "Changes: {items}.",
    "no_answer": "no answer",
    "flip_numbers": "The number computed changes by {mean} on average; it rises for {up} "
    "decisions and falls for {down}.",
    "flip_impossible_one": "{count} decision is left aside, since the combination would not exist.",
    "flip_impossible_many": "{count} decisions are left aside, since the combination would not "
    "exist.",
    "flip_no_answer_one": "{count} decision has no answer of the rules, before or after.",
    "flip_no_answer_many": "{count} decisions have no answer of the rules, before or after.",
    "flip_ranked": "Some answers go by rank: each case is changed alone, the others staying as "
    "they are.",
    "flip_title": "{label}, by {what}",
    "flip_compared": "Compared",
    "flip_worse": "Less favourable",
    "flip_better": "More favourable",
    "flip_same": "Unchanged",
    "decomposed": "What makes the difference, in the rules",
    "decomposed_intro": "The mean difference of {unit} between groups is the sum of what each "
    "step of the rules adds to it: this is exact. A negative share makes the difference smaller.",
    "decomposed_points": "points",
    "decomposed_score": "score",
    "decomposed_gap": "{mean} on average, {other_mean} for {others}: difference of {gap}.",
    "decomposed_title": "{group}: what each step adds to the difference of {unit}",
    "decomposed_step": "Step of the rules",
    "decomposed_mean": "This group",
    "decomposed_other": "Compared with",
    "decomposed_of": "Difference",
    "share_gap": "Share of the difference",
    "decomposed_left_one": "{count} decision has no answer of the rules and is in no mean.",
    "decomposed_left_many": "{count} decisions have no answer of the rules and are in no mean.",
    # Not shown.
    "hidden": "What is not shown",
    "hidden_figures_one": "{count} figure is withheld.",
    "hidden_figures_many": "{count} figures are withheld.",
    "hidden_none": "No figure had to be withheld.",
    "hidden_why_persons": "No figure is on fewer than {least} persons, nor lets anyone find one "
    "that would be, by subtraction or cross-checking of this result.",
    "hidden_why_business": "No figure is on fewer than {least} businesses, nor lets anyone find "
    "one that would be, by subtraction or cross-checking of this result.",
    "hidden_why_none": "The plan asks for no statistical secrecy: this result can be published "
    "only if it concerns no person.",
    "hidden_rest": "With a withheld figure goes what rests on it: its rate, the comparisons it is "
    "part of, shares of a total.",
    "hidden_delays_one": "{count} table of delays is not published.",
    "hidden_delays_many": "{count} tables of delays are not published.",
    "hidden_scores_one": "{count} table of scores is not published.",
    "hidden_scores_many": "{count} tables of scores are not published.",
    "hidden_amounts_one": "{count} table of amounts is not published.",
    "hidden_amounts_many": "{count} tables of amounts are not published.",
    "hidden_flips_one": "{count} recomputation by the rules is not published.",
    "hidden_flips_many": "{count} recomputations by the rules are not published.",
    "hidden_decompositions_one": "The decomposition of differences by the rules is not published.",
    "hidden_decompositions_many": "The decompositions of differences by the rules are not "
    "published.",
    "hidden_exact": "This result is complete: nothing is withheld. It is not to be published.",
    # Law.
    "law": "What these figures establish, and what they do not",
    "law_fact": "A difference between groups is a fact found on decisions. It says nothing of "
    "anyone’s intention and, alone, does not establish discrimination.",
    "law_france": "French law sets no numeric threshold. There is indirect discrimination when a "
    "provision, a criterion or a practice that looks neutral is liable to bring, on one of the "
    "grounds of the law, a particular disadvantage to some persons compared with others, unless "
    "it is objectively justified by a legitimate aim and the means to reach it are necessary and "
    "appropriate (loi n° 2008-496 of 27 May 2008, article 1).",
    "law_presumption": "Statistics can raise a presumption of discrimination (Cass. soc., 14 "
    "December 2022, n° 21-19.628).",
    "law_grounds": "Grounds of loi n° 2008-496 (article 1) that the groups of this "
    "audit touch, by its plan: "
    "{grounds}.",
    "law_no_grounds": "The plan ties no group to a ground of the law.",
    "law_cannot": "“Nothing can be concluded” never means “no discrimination”: it means that "
    "there are too few decisions to tell.",
    "law_conditions": "Comparing in comparable situations supposes that the situation is a "
    "legitimate reason to treat people differently; this audit does not say so, it is to be "
    "debated.",
    "law_cause": "These figures do not say why a difference exists: whether it comes from the "
    "machine, from its data or from people, save for what the steps and the rules show.",
    "law_fifths": "The “four-fifths rule” is a convention of the United States (29 CFR § 1607.4 "
    "D, to be checked), without force in French law: it looks at whether the lowest favourable "
    "rate is under 80% of the highest. Here: {items}.",
    "law_fifth": "{measure}, by {what}: {ratio}",
    # Again.
    "again": "Do it again",
    "again_intro": "With the same journal and the same plan, this command gives the same figures, "
    "byte for byte:",
    "again_command": "clairevoie audit journal.yaml plan.yaml -o result",
    "again_exact": "clairevoie audit journal.yaml plan.yaml -o result --exact",
    "again_beside": "Other audits of the same journal were public already: what is hidden here "
    "depends on them. Give their results (result.json), in the same order.",
    "beside_digest": "Digest of the result already published “{plan}” (SHA-256)",
    "plan_digest": "Digest of the plan (SHA-256)",
    "journal_digest": "Digest of the declaration of the journal (SHA-256)",
    "data_digest": "Digest of the data (SHA-256)",
    "programs": "Programs",
    "method": "Computations",
    "method_rates": "Rates: Wilson’s interval. Differences: Newcombe’s interval, each comparison "
    "alone. Ratios: score interval of Miettinen and Nurminen. In comparable situations: Mantel "
    "and Haenszel. Intervals at {level}.",
    "method_verdict": "Finding (higher, lower, no difference, nothing can be concluded): all "
    "comparisons of a measure are corrected together ({correction}). A difference is ruled out "
    "when the whole of its interval, corrected likewise, is under {delta}.",
    "correction_holm": "Holm",
    "correction_benjamini-hochberg": "Benjamini and Hochberg",
    "correction_none": "no correction",
    "method_delays": "Delays: Kaplan and Meier, files still open included; groups compared by the "
    "log-rank test.",
    "method_hours": "Delays in hours: from the hour of the start to that of the end, to the "
    "second, whatever clocks were set to; a file still open waits to the end of the last day "
    "observed.",
    "method_months": "Delays in months: from date to date; where the last month has no such day, "
    "to its last day (rule of article 641 of the code de procédure civile, to be checked), with "
    "nothing added when nobody works on it.",
    "method_gap": "Difference due to chance: {draws} draws, seed {seed}.",
    "method_range": "Interval of the largest difference: Newcombe’s for each pair of groups, made "
    "wider for all of them together after {draws} draws of the cells; their seed comes from the "
    "digest of the plan.",
    # Glossary.
    "glossary": "The words of this audit",
    "term_rate": "Rate",
    "def_rate": "How many times a thing happens, out of the times that it could.",
    "term_point": "Point",
    "def_point": "Difference between two percentages: from 20% to 25% there are 5 points.",
    "term_interval": "{level} interval",
    "def_interval": "The values that the decisions observed leave possible. Computed so on many "
    "journals, {level} of the intervals would hold the true value.",
    "term_cannot": "Nothing can be concluded",
    "def_cannot": "The interval leaves both a difference and no difference possible.",
    "term_same": "No difference of more than {delta}",
    "def_same": "The whole interval is under the difference that the plan declared negligible.",
    "term_within": "In comparable situations",
    "def_within": "Compared between decisions alike in what the plan names, then put together.",
    "term_masked": "Withheld",
    "def_masked": "Not published, since the figure would be on too few people or would let one be "
    "found.",
    "term_journal": "Journal",
    "def_journal": "The list of decisions, one a line, without names.",
    "term_random": "Sample drawn at random",
    "def_random": "Files chosen without regard to what the machine said of them: they are like "
    "all the others.",
}
