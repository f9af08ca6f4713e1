extension HelpTopic {
    static let templates = HelpTopic(
        name: "templates", abstract: "what a report's Mustache template may name",
        text: """
            'qpx report SEARCH… --template FILE' fills a Mustache file (https://mustache.github.io). Its name
            says how values are escaped: .tex, .md and .html, each also with .mustache behind it; others not
            at all. A name that means nothing is refused: in a table it would be a hole that nobody sees.

              {{name}}              the value, escaped
              {{{name}}}            the value as it is; right for 'marked', which is escaped already
              {{#rows}}…{{/rows}}   once for each row; of a true value, once
              {{^last()}}…{{/last()}}   in all rounds but the last; also first(), index()

            NAMES
              title, date           of the table; the day on which the latest of its searches ended
              columns               each with name, title, is_number
              rows                  each with starts_group, is_ranked, trials, cells, and every cell by the
                                    name of its column
              cells                 each with column, title, text, marked (the best bold, the second
                                    underlined), value (all digits), is_best, is_second
              footnotes, remarks, commands
              searches              each with name, model, ratio, parameters_removed, budget, objective,
                                    seed, command, created, finished
              tables                all of it once more, table by table

            The columns are those of --form (results, ablation, log, front); 'qpx report … --format csv'
            prints their names in its first line.

              {{#rows}}
              {{#starts_group}}\\midrule
              {{/starts_group}}
              {{method.text}} & {{{mean_acc.marked}}} & {{weight_bytes.text}} \\\\
              {{/rows}}
            """)
}
