extension HelpTopic {
    static let exitStatus = HelpTopic(
        name: "exit-status", abstract: "what scripts learn from how a command ended",
        text: """
                0   done
                1   failed: the message says what
                3   not found: a search, trial, database, model or file that was named
                4   conflict: what should be made is there already, or has finished already
                5   the database is busy: another process did not let go in time; try again
                6   the database's schema is too old or too new for this qpx
                7   a check did not hold: rerun, db check, doctor
               64   wrong usage: a flag, an argument or a specification
              130   interrupted from the keyboard
              143   asked to end

            After any but 0 nothing is half-written. A search that was interrupted goes on with 'qpx resume'.
            """)
}
