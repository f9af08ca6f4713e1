internal import ArgumentParser

/// Flags that say what is carried out again with fresh seeds.
struct ConfirmationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "When the search is through, carry so many of its best trials out again with fresh seeds "
                + "(default: \(ConfirmationSpecification.defaults.count)).", valueName: "count"))
    var confirm: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With how many seeds each (default: \(ConfirmationSpecification.defaults.seeds)).", valueName: "count"))
    var confirmSeeds: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("confirm", flag: confirm)
        settings.set("confirm-seeds", flag: confirmSeeds)
        return settings
    }
}
