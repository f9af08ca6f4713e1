internal import Store

/// What tags, notes and the archive are about: trials, or searches as a whole.
struct OwnerSelection {
    /// One of them with its name.
    struct Owner {
        let name: String
        let record: RecordOwner
    }

    /// All of them, in the order asked for.
    let owners: [Owner]

    /// A search named alone is meant as a whole; with a condition, its trials that fulfil it.
    /// - Throws: `Failure` if nothing is chosen.
    init(_ store: Store, _ selectors: [String], _ options: SelectionOptions) throws {
        guard !selectors.isEmpty || options.isNarrowing else {
            throw Failure.usage(
                "no trials and no searches are named", hint: "name them, as my-search or my-search/3-9, or add --where")
        }
        let whole = selectors.filter { !$0.contains("/") && !options.isNarrowing }
        var owners: [Owner] = []
        for selector in selectors where whole.contains(selector) {
            owners += try TrialSelection(store, [selector]).searches().map {
                Owner(name: $0.name, record: .search($0.id))
            }
        }
        let others = selectors.filter { !whole.contains($0) }
        if !others.isEmpty || selectors.isEmpty {
            owners += try TrialSelection(store, others, options).trials().map {
                Owner(name: $0.name, record: .trial($0.id))
            }
        }
        guard !owners.isEmpty else {
            throw Failure.notFound("no trials are like that", hint: "'qpx trials' lists them")
        }
        self.owners = owners
    }

    /// "first/3", "first/3 and first/4", "12 trials and searches".
    var text: String {
        switch owners.count {
        case 1: owners[0].name
        case 2...4: owners.dropLast().map(\.name).joined(separator: ", ") + " and " + owners[owners.count - 1].name
        default: "\(NumberText.grouped(owners.count)) of them"
        }
    }
}
