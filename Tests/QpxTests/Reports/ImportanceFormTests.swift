import Store
import Testing

@testable import qpx

@Suite("The form 'importance'") struct ImportanceFormTests {
    private func run(_ measure: String, seed: UInt64, _ values: [Double], costs: [Double] = []) -> ImportanceRunRecord {
        let hasNull = measure != "loss_increase"
        return ImportanceRunRecord(
            modelID: 1, measure: measure, signal: hasNull ? "residual" : nil, unit: "nats", seed: seed,
            specification: "{}", durationSeconds: 1, commandLine: nil, environment: ExampleDatabase.environment,
            values: values.enumerated().map {
                .init(layer: $0, value: $1, nullMean: hasNull ? 0.1 : nil, nullDeviation: hasNull ? 0.05 : nil)
            } + costs.enumerated().map { .init(layer: $0, precision: "nf4", value: $1) })
    }

    /// Uniform 4-bit, then each layer alone at 8 bits.
    private func fill(_ database: FormDatabase, _ name: String, seed: UInt64, _ losses: [Double]) throws {
        try database.search(
            name, seed: seed,
            zip(["4444", "8444", "4844", "4484", "4448"], losses).map { .init(digits: $0, losses: [10 * $1]) })
    }

    @Test("layers: measures with what is found by chance, and what trials measured") func layers() throws {
        let database = try FormDatabase()
        try fill(database, "a-1", seed: 1, [5, 4, 4.5, 4.75, 5.25])
        try fill(database, "a-2", seed: 2, [6, 4, 5.5, 5.75, 6.25])
        try database.store.recordImportanceRun(run("cca", seed: 1, [9, 9, 9, 9]))
        try database.store.recordImportanceRun(run("cca", seed: 1, [4, 3, 2, 1]))
        try database.store.recordImportanceRun(run("cca", seed: 2, [5, 4, 3, 1]))
        try database.store.recordImportanceRun(
            run("loss_increase", seed: 1, [0.4, 0.3, 0.2, 0.1], costs: [0.4, 0.3, 0.2, 0.1]))
        let tables = try ImportanceForm().tables(of: database.material("a-1", "a-2"))
        #expect(tables.count == 2)
        let table = tables[0]
        #expect(table.columns.map(\.name) == ["layer", "cca_residual", "loss_increase_nf4", "cost_int8_in_nf4"])
        #expect(table.columns[3].title == "int8 alone, rest nf4")
        // 4 and 5; the run of the search's seed counts, the latest of it.
        #expect(table.texts("cca_residual")[0] == "4.500 ± 0.707 (0.100 ± 0.050)")
        // One run for both searches.
        #expect(table.texts("loss_increase_nf4") == ["0.4000", "0.3000", "0.2000", "0.1000"])
        // -1 and -2; -0.5 twice; -0.25 twice; 0.25 twice.
        #expect(
            table.texts("cost_int8_in_nf4") == ["-1.500 ± 0.707", "-0.500 ± 0.000", "-0.250 ± 0.000", "0.250 ± 0.000"])
        #expect(table.rows[0].trials == ["a-1/2", "a-1/1", "a-2/2", "a-2/1"])
    }

    @Test("agreement: Spearman's rank correlation over seeds, and how easily it comes by chance") func agreement()
        throws
    {
        let database = try FormDatabase()
        try fill(database, "a-1", seed: 1, [5, 4, 4.5, 4.75, 5.25])
        try fill(database, "a-2", seed: 2, [6, 4, 5.5, 5.75, 6.25])
        try database.store.recordImportanceRun(run("cca", seed: 1, [4, 3, 2, 1]))
        try database.store.recordImportanceRun(run("cca", seed: 2, [4, 3, 1, 2]))
        try database.store.recordImportanceRun(
            run("loss_increase", seed: 1, [0.4, 0.3, 0.2, 0.1], costs: [0.4, 0.3, 0.2, 0.1]))
        let table = try ImportanceForm().tables(of: database.material("a-1", "a-2"))[1]
        #expect(
            table.columns.map(\.name) == [
                "measure", "rho_cost_int8_in_nf4", "p_cost_int8_in_nf4", "rho_loss_increase_nf4", "p_loss_increase_nf4",
            ])
        #expect(table.texts("measure") == ["cca of the residual", "loss_increase nf4"])
        // -1, and with the last two exchanged -0.8: 1 - 6·2/60. Their mean is -0.9, the deviation 0.1·√2.
        #expect(table.texts("rho_cost_int8_in_nf4") == ["-0.90 ± 0.14", "-1.00 ± 0.00"])
        #expect(table.texts("rho_loss_increase_nf4") == ["0.90 ± 0.14", ""])
        // Of 24 orders one has ρ = -1 and one ρ = 1; of the means, each is ±0.9 for two orders.
        let chance = table.column("p_cost_int8_in_nf4").compactMap(\.value)
        #expect(abs(chance[1] - 2.0 / 24) < 0.01 && abs(chance[0] - 4.0 / 24) < 0.015, "\(chance)")
        #expect(table.remarks.contains { $0.contains("-1 is full agreement") })
    }

    @Test("costs that are not there are left out, with a way to them") func missing() throws {
        let database = try FormDatabase()
        try database.search("one", seed: 1, [.init(digits: "4444", losses: [50])])
        #expect(throws: Failure.self) { try ImportanceForm().tables(of: database.material("one")) }
        try database.store.recordImportanceRun(run("cca", seed: 7, [4, 3, 2, 1]))
        let tables = try ImportanceForm().tables(of: database.material("one"))
        #expect(tables.count == 1 && tables[0].columns.map(\.name) == ["layer", "cca_residual"])
        #expect(tables[0].texts("cca_residual")[3] == "1.000 (0.100 ± 0.050)")
        #expect(tables[0].remarks.contains { $0.contains("--layer-costs") })
        #expect(tables[0].remarks.contains { $0.contains("--measure loss_increase") })
    }

    @Test("a measured cost is a panel of the picture") func panels() throws {
        let database = try FormDatabase()
        try fill(database, "a-1", seed: 1, [5, 4, 4.5, 4.75, 5.25])
        let subject = PlotSubject(database.store, searches: [try database.store.search(named: "a-1")])
        let drawing = try #require(try ImportancePlot().drawing(of: subject) as? ImportanceDrawing)
        #expect(drawing.panels.map(\.title) == ["cost of int8 alone, rest nf4 (loss)"])
        #expect(drawing.panels[0].layers.map(\.value) == [-1, -0.5, -0.25, 0.25])
        #expect(drawing.svg(theme: .light).contains("measured cost, more is worse"))
    }

    @Test("layers that one seed lacks are left out; a constant measure ranks nothing") func rankings() {
        #expect(LayerRanking([([0: 1, 1: 2, 2: 3], [0: 1, 1: 2, 3: 3])]) == nil)
        #expect(LayerRanking([([0: 1, 1: 1, 2: 1], [0: 1, 1: 2, 2: 3])]) == nil)
        let pair: (first: [Int: Double], second: [Int: Double]) = ([0: 1, 1: 2, 2: 3, 5: 9], [0: 1, 1: 2, 2: 3])
        let ranking = LayerRanking([pair, pair])
        #expect(ranking?.layers == 3 && ranking?.mean == 1 && ranking == LayerRanking([pair, pair]))
        // Of the 6 orders two are as far from 0.
        #expect(abs((ranking?.pValue ?? 0) - 2.0 / 6) < 0.02)
    }
}
