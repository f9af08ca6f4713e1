extension HelpTopic {
    static let selection = HelpTopic(
        name: "selection", abstract: "how searches and trials are named on the command line",
        text: """
            A search is called by its name, or by the beginning of it where no other begins so. A trial is
            its search's name, a slash, and its number there:

              my-search           the search; where trials are asked for, all of its trials
              my-search/7         trial 7
              my-search/3-9       trials 3 to 9
              my-search/1,4-6     several, in this order
              my-search/best      the best one: the first that the search recommends, else the best
                                  value measured within the budget
              brown*/best         the same of all searches whose names fit a pattern with * and ?

            The same trial is taken once. Archived trials and searches are out of sight: only commands with
            --archived show them. Numbers of archived trials are not given again.

            Names have no '/', ',' or space. A name that is unknown is answered with the ones that are near,
            and with exit status 3.
            """)
}
