/// Puts rows together from the columns of one group.
///
/// Each column is read once from front to back; the levels of the first column below a list or a structure say whether
/// it is there and how long it is, and all others must agree.
///
/// Source: Melnik et al. 2010, "Dremel: Interactive Analysis of Web-Scale Datasets", section 4.
struct RowAssembly {
    private let schema: ParquetSchema
    private let columns: [ColumnData]
    /// The next entry of each column.
    private var entries: [Int]
    /// The next value of each column.
    private var taken: [Int]

    /// Columns in the order of the schema's leaves, one for each.
    init(_ schema: ParquetSchema, columns: [ColumnData]) {
        precondition(schema.leaves.count == columns.count, "a column for every leaf")
        self.schema = schema
        self.columns = columns
        entries = [Int](repeating: 0, count: columns.count)
        taken = entries
    }

    /// Appends `count` rows, which must be all.
    mutating func appendRows(_ count: Int, to rows: inout [JSONValue]) throws(ParquetFault) {
        for _ in 0..<count { rows.append(try value(of: schema.root, repetition: 0)) }
        for (index, column) in columns.enumerated() where entries[index] < column.definitions.count {
            throw fault(index, "it has more than \(count) rows")
        }
    }

    private func fault(_ column: Int, _ reason: String) -> ParquetFault {
        ParquetFault(.damaged(reason), column: schema.leaves[column].name)
    }

    /// The next value of a node, whose first entry in each column must have that level of repetition.
    private mutating func value(
        of node: ParquetSchema.Node, repetition: UInt8
    ) throws(ParquetFault) -> JSONValue {
        // Only a schema without any columns has a node without some.
        guard let first = node.leaves.first else { return .object([]) }
        switch node.kind {
        case .leaf:
            guard try take(first, repetition: repetition, floor: node.floor) == node.definition else { return .null }
            defer { taken[first] += 1 }
            return columns[first].values[taken[first]]
        case .structure(let members):
            if try definition(first) < node.definition {
                try pass(node, repetition: repetition)
                return .null
            }
            var object: [JSONValue.Member] = []
            object.reserveCapacity(members.count)
            for member in members {
                object.append(
                    JSONValue.Member(name: member.name, value: try value(of: member, repetition: repetition)))
            }
            return .object(object)
        case .list(let element, let inner, let filled):
            let level = try definition(first)
            if level < filled {
                try pass(node, repetition: repetition)
                return level < node.definition ? .null : .array([])
            }
            var elements = [try value(of: element, repetition: repetition)]
            while goesOn(first, inner) { elements.append(try value(of: element, repetition: inner)) }
            return .array(elements)
        }
    }

    /// The next entry's level of definition.
    private func definition(_ column: Int) throws(ParquetFault) -> UInt8 {
        guard entries[column] < columns[column].definitions.count else { throw fault(column, "it has too few rows") }
        return columns[column].definitions[entries[column]]
    }

    /// Whether the next entry is one more element of the list of that level.
    private func goesOn(_ column: Int, _ repetition: UInt8) -> Bool {
        entries[column] < columns[column].repetitions.count
            && columns[column].repetitions[entries[column]] == repetition
    }

    /// Passes an entry and says its level of definition.
    private mutating func take(
        _ column: Int, repetition: UInt8, floor: UInt8
    ) throws(ParquetFault) -> UInt8 {
        let level = try definition(column)
        guard columns[column].repetitions[entries[column]] == repetition, level >= floor else {
            throw fault(column, "its levels contradict each other or those of its neighbours")
        }
        entries[column] += 1
        return level
    }

    /// Passes an entry of every column below something that is null or empty.
    private mutating func pass(_ node: ParquetSchema.Node, repetition: UInt8) throws(ParquetFault) {
        var agreed: UInt8?
        for column in node.leaves {
            let level = try take(column, repetition: repetition, floor: node.floor)
            guard level == agreed ?? level else { throw fault(column, "its levels contradict those of its neighbours") }
            agreed = level
        }
    }
}
