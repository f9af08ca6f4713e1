internal import Store

extension HelpTopic {
    static let expressions = HelpTopic(
        name: "expressions", abstract: "what --where, --sort, --columns and --fail-if say",
        text: """
            A condition chooses trials by whatever is recorded of them:

              qpx trials --where 'ratio = 0.2 and accuracy > 0.6 and bits.12 = 8' --sort -accuracy
              qpx trials --where "kind = baseline or label ~ 'uniform*'" --columns 'trial, acc.piqa, loss'

            VALUES
              0.6  60%  2MiB        numbers; units are %, B, KiB, MiB, GiB
              'text'  "text"        text; a word alone will do beside a field of text, as state = complete
              acc.piqa  `my task`   names; parts are joined by points, backquotes hold what is no letter
              + - * /  abs  min  max

            CONDITIONS
              = != < <= > >=        numbers by size, text by letters; 0.2 <= ratio <= 0.5
              ~ !~                  fits a pattern with * and ?, as label ~ 'uniform*'
              in (…)  not in (…)    is one of several
              is missing            has no value; also is not missing
              and  or  not  ( )     'and' binds closer than 'or'

            A comparison with a missing value is neither true nor false and chooses nothing, also behind
            'not'. What cannot be computed, such as 1 / 0, is missing.

            FIELDS
            \(fields)

            ALLOCATIONS
              bits.12               bits of layer 12, from 0; missing where its modules differ
              bits.12.down_proj     bits of one of its modules
              precision.12          the same as names, such as nf4
              count.8               how many layers (or modules, where split) have 8 bits

            METRICS
              acc.piqa  piqa.acc    a final metric of a task or text
              acc                   the mean over the tasks that the trial has
              acc.piqa.stderr       its standard error; also acc.piqa.count

            SETTINGS
              learning_rate         a setting of the specification, also learning-rate; where the word means
                                    something else as well, setting.seed

            TAGS AND NOTES
              tag = paper           one of the trial's or its search's tags is 'paper'; also !=, ~, is missing
              note ~ '*diverged*'   one of its notes fits

            SORTING
              --sort -accuracy,number   keys separated by commas, - for the largest first; missing values last
              --sort best | newest      by the objective, whichever way it is better; by time

            IN COMPARISONS
              qpx compare … --fail-if 'accuracy < baseline - 2*se' takes the same language; baseline is the
              same metric of the baseline, se the standard error of the difference.
            """)

    private static var fields: String {
        TrialField.allCases.map { field in
            "  " + field.rawValue.padded(toWidth: 22, isRight: false) + field.abstract
        }.joined(separator: "\n")
    }
}
