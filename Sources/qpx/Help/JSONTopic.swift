extension HelpTopic {
    static let json = HelpTopic(
        name: "json", abstract: "what --json prints, and what stays the same in it",
        text: """
            Every command that prints data takes --json: one JSON value on standard output, described under
            JSON in the command's help. 'qpx log --json' prints one object per line.

              - Keys are snake_case and stay once released; new ones may come. Order never changes.
              - What is not known is null. Numbers that are not finite are null.
              - Times are RFC 3339 in UTC, with milliseconds. Bytes are whole numbers, ratios fractions of 1.
              - Seeds above 2^53 are strings, because not every reader keeps their digits.
              - The same database gives the same bytes.

            An error is one object on standard error, and the exit status says its kind:

              {"error": {"code": "not_found", "status": 3, "message": …, "hint": … or null}}

            Progress and notices go to standard error, and are no JSON; --quiet leaves them out.
            """)
}
