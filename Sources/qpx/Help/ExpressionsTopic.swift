extension HelpTopic {
    static let expressions = HelpTopic(
        name: "expressions", abstract: "what --where takes, to choose trials by what was measured",
        text: """
            --where takes bounds of metrics; a trial must keep all of them.

              acc>=0.5            the metric acc of any task is at least 0.5
              arc_easy:acc>=0.3   that of one task
              loss<=4             at most

            Several stand one after the other: --where 'acc>=0.5' 'loss<=4'. Quotes keep the shell from
            taking > for a redirection.

              qpx trials my-search --where 'arc_easy:acc>=0.3' --layer 0=8 --state complete
            """)
}
