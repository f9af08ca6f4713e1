internal import Store

extension HelpTopic {
    static let expressions = HelpTopic(
        name: "expressions", abstract: "what --where, --sort, --columns and --fail-if take",
        text: """
            A condition compares values of a trial:

              accuracy > 0.6 and bits.3 = 8
              tag = paper or note ~ '*table 2*'
              kind in (proposal, initial) and not acc.piqa.count is missing
              weight_bytes / 1MiB <= 300

              = != < <= > >=          numbers or text      in (a, b)       one of several
              ~ !~                    text against a pattern with * and ?
              is missing              not recorded         is not missing  recorded
              and or not ( )          with 'and' before 'or'
              + - * / abs min max     arithmetic

            A comparison with a value that is missing holds for no trial. Text with blanks or signs stands
            in quotes: 'uniform 4-bit'. The shell needs quotes around the whole.

            NAMES
            \(wrapped(TrialField.allCases.map(\.rawValue)))
              acc, acc.piqa, acc.piqa.stderr, acc.piqa.count
                                      a metric; of a task; its standard error; how many it rests on
              bits.12, bits.12.q_proj, precision.12
                                      of a layer (from 0), or of a module in it
              count.8                 how many layers or modules have 8 bits
              tag, note               words and texts that were put to it, or to its search
              learning_rate, setting.seed
                                      a setting of its search

            --sort takes such values between commas, with - in front for the largest first: '-accuracy,number';
            also 'best' and 'newest'. --columns takes them as they are to be shown.
            """)

    /// Words between commas on lines that fit.
    private static func wrapped(_ words: [String]) -> String {
        var lines = [" "]
        for (index, word) in words.enumerated() {
            let text = " " + word + (index + 1 < words.count ? "," : "")
            if let last = lines.last, last.count + text.count > 96 {
                lines.append(" " + text)
            } else {
                lines[lines.count - 1] += text
            }
        }
        return lines.joined(separator: "\n")
    }
}
