import Foundation
import Store
import Testing

@testable import qpx

@Suite("plot") struct PlotCommandTests {
    private struct Output: Decodable {
        struct Picture: Decodable {
            var picture: String
            var title: String
            var notes: [String]
            var file: String?
        }
        var pictures: [Picture]
    }

    @Test("draws in the terminal, without colour where there is none") func terminal() throws {
        let database = try ExampleDatabase()
        for (picture, text) in [
            ("best-so-far", "● first"), ("front", "accuracy (more is better)"), ("importance", "ross"),
            ("losses", "first/6"), ("calibration", "as predicted"), ("allocations", "trials, best first"),
            ("tasks", "arc_easy"),
        ] {
            let run = try database.run(["plot", picture, "first", "second"])
            #expect(run.status == 0 && run.error.isEmpty, "\(picture): \(run.error)")
            #expect(run.out.contains(text) && !run.out.contains("\u{1B}"), "\(picture): \(run.out)")
        }
    }

    @Test("writes one file, or all pictures into a folder") func files() throws {
        let database = try ExampleDatabase()
        let one = try database.run(["plot", "front", "first", "--out", "a.svg", "--theme", "dark", "--width", "page"])
        #expect(one.status == 0 && one.out.isEmpty && one.error == "wrote \(database.folder.path)/a.svg\n")
        let picture = SVGPicture(try String(contentsOfFile: database.folder.path + "/a.svg", encoding: .utf8))
        #expect(picture.isWellFormed && picture.size.width == 496.8 && picture.all("style").isEmpty)
        let all = try database.run(["plot", "all", "first", "second", "--out", "pictures", "--json", "-q"])
        #expect(all.status == 0 && all.error.isEmpty)
        let output = try all.json(Output.self)
        #expect(output.pictures.map(\.picture) == Plots.names)
        for name in Plots.names {
            let file = "\(database.folder.path)/pictures/\(name).svg"
            #expect(output.pictures.contains { $0.file == file })
            #expect(SVGPicture(try String(contentsOfFile: file, encoding: .utf8)).isWellFormed)
        }
        let into = try database.run(["plot", "tasks", "first/1,best", "--out", "pictures/"])
        #expect(into.status == 0 && into.error.contains("pictures/tasks.svg"))
    }

    @Test("prints JSON with stable keys") func json() throws {
        let database = try ExampleDatabase()
        let run = try database.run(["plot", "losses", "first/5-6", "--smooth", "1", "--json"])
        let output = try run.json(Output.self)
        #expect(output.pictures.map(\.picture) == ["losses"] && output.pictures[0].file == nil)
        #expect(output.pictures[0].title == "Training loss: first/5, first/6" && output.pictures[0].notes.isEmpty)
        #expect(run.out.contains(#""trial": "first/6""#) && run.out.contains(#""smoothed": 4.25"#))
    }

    @Test("draws the trials that conditions leave, in the order asked for") func selection() throws {
        let database = try ExampleDatabase()
        let some = try database.run(["plot", "allocations", "first", "--where", "number < 6", "--json"])
        #expect(some.out.contains(#""trial": "first/5""#) && !some.out.contains(#""trial": "first/6""#))
        let sorted = try database.run([
            "plot", "allocations", "first/3-6", "--sort", "-number", "--order", "given",
        ])
        #expect(sorted.out.contains("from the left: first/6, first/5, first/4, first/3"), "\(sorted.out)")
        let none = try database.run(["plot", "front", "first", "--where", "number > 99"])
        #expect(none.status == 3 && none.error.contains("no trial is as asked for"))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var status: Int32
        var message: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let refusals = [
        Refusal(arguments: ["frnt", "first"], status: 64, message: "unknown picture 'frnt'. Did you mean 'front'?"),
        Refusal(arguments: ["parallel", "first"], status: 64, message: "add --out parallel.svg"),
        Refusal(arguments: ["front", "first", "--theme", "dark"], status: 64, message: "only the SVG has one"),
        Refusal(arguments: ["front", "first", "--out", "a.png"], status: 64, message: "written as SVG"),
        Refusal(arguments: ["front", "first", "--out", "no/a.svg"], status: 3, message: "does not exist"),
        Refusal(arguments: ["front", "first", "--out", "a.svg", "--width", "7"], status: 64, message: "160 to 2000"),
        Refusal(arguments: ["front", "first", "--out", "a.svg", "--theme", "drak"], status: 64, message: "'dark'"),
        Refusal(arguments: ["all", "first", "--out", "qpx.db"], status: 64, message: "name a folder"),
        Refusal(arguments: ["front", "first/3-5"], status: 64, message: "whole searches"),
        Refusal(arguments: ["front", "nowhere"], status: 3, message: "nowhere"),
        Refusal(arguments: ["losses", "first/99"], status: 3, message: "first/99"),
        Refusal(arguments: ["front", "first", "--direction", "maximize"], status: 64, message: "--metric"),
        Refusal(arguments: ["front", "first", "--metric", "fun"], status: 64, message: "--direction is missing"),
        Refusal(
            arguments: ["front", "first", "--smooth", "9"], status: 64, message: "--smooth: changes nothing in 'front'"),
        Refusal(
            arguments: ["losses", "first", "--metric", "acc"], status: 64, message: "it belongs to best-so-far, front"),
        Refusal(arguments: ["losses", "first", "--smooth", "0"], status: 64, message: "--smooth"),
        Refusal(
            arguments: ["best-so-far", "first", "--metric", "acc_norm"], status: 3, message: "nothing to draw of first"),
    ]

    @Test("refuses what makes no sense in one clear line, and writes nothing", arguments: refusals)
    func refused(refusal: Refusal) throws {
        let database = try ExampleDatabase()
        let before = try FileManager.default.contentsOfDirectory(atPath: database.folder.path).sorted()
        let run = try database.run(["plot"] + refusal.arguments)
        #expect(run.status == refusal.status && run.out.isEmpty, "\(run.error)")
        #expect(run.error.hasPrefix("error: ") && run.error.contains(refusal.message), "\(run.error)")
        #expect(run.error.split(separator: "\n").count <= 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: database.folder.path).sorted() == before)
    }

    @Test("of searches for different things 'all' draws what they share, and says what not") func different() throws {
        let database = try PlotDatabase()
        try database.search("one", direction: .maximize, [.init(digits: "4444", value: 0.4, losses: [2, 1])])
        try database.search(
            "two", direction: .minimize, objective: "loss", [.init(digits: "8888", value: 2, losses: [2, 1])])
        let run = try database.run(["plot", "all", "one", "two", "--out", "pictures/"])
        #expect(run.status == 0 && run.error.contains("left out best-so-far: search 'two' is for 'loss'"))
        let files = try FileManager.default.contentsOfDirectory(atPath: database.folder.path + "/pictures").sorted()
        #expect(files == ["losses.svg", "tasks.svg"])
        #expect(try database.run(["plot", "best-so-far", "one", "two"]).status == 64)
    }

    @Test("help lists every picture with its keys") func help() throws {
        let run = try Binary.run(["plot", "--help"])
        for plot in Plots.all { #expect(run.out.contains("  \(plot.name): ")) }
    }
}
