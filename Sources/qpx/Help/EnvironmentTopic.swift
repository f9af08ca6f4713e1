extension HelpTopic {
    static let environment = HelpTopic(
        name: "environment", abstract: "the environment variables that qpx reads",
        text: """
            QPX_DB              the database, where --db does not say; else qpx.db in this folder or one above
            QPX_DATA            the folder of data sets, where --data does not say
            HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME
                                where models lie that were downloaded from the Hugging Face hub; they are found
                                by their id, such as TinyLlama/TinyLlama_v1.1@main
            NO_COLOR            not empty: no colour (as --no-color)
            TERM                "dumb": no colour, and progress as plain lines
            COLUMNS             width of the terminal, where it does not say itself
            TMPDIR              where 'qpx db check' makes a small file for a moment (default: /tmp)

            For a program that carries trials out (--evaluator) qpx sets QPX_TRIAL, QPX_SEARCH and
            QPX_REPLY_FILE; see docs/evaluator.md.

            'qpx doctor' shows which of them are set.
            """)
}
