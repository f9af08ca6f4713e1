import Foundation
import Store
import Testing

@Suite("The page of qpx ui")
struct PageServerTests {
    private struct Trials: Decodable {
        struct Trial: Decodable {
            var trial: String
            var state: String
            var label: String?
            var objective_value: Double?
        }
        var total: Int
        var offset: Int
        var trials: [Trial]
    }

    @Test(
        "the page, its style and its script come with headers that keep other sites out",
        arguments: [
            ("/", "text/html; charset=utf-8"), ("/app.js", "text/javascript; charset=utf-8"),
            ("/style.css", "text/css; charset=utf-8"), ("/api/searches", "application/json"),
            ("/api/plot/front?search=first", "image/svg+xml; charset=utf-8"), ("/api/none", "application/json"),
        ])
    func headers(path: String, type: String) throws {
        let example = try ExampleDatabase()
        let page = try RunningPage(in: example.folder.path)
        let answer = try page.ask(path)
        #expect(answer.status == (path == "/api/none" ? 404 : 200))
        #expect(answer.headers["content-type"] == type)
        let policy = try #require(answer.headers["content-security-policy"])
        #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
        #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
        #expect(answer.headers["x-content-type-options"] == "nosniff")
        #expect(answer.headers["x-frame-options"] == "DENY")
        #expect(answer.headers["referrer-policy"] == "no-referrer")
        #expect(answer.headers["cross-origin-resource-policy"] == "same-origin")
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(!answer.headers.keys.contains { $0.hasPrefix("access-control") })
        #expect(!answer.body.isEmpty)
    }

    @Test("nothing but reading is possible", arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    func methods(method: String) throws {
        let example = try ExampleDatabase(isFilled: false)
        let page = try RunningPage(in: example.folder.path)
        let answer = try page.ask("/api/searches", method: method, headers: ["Content-Length": "0"])
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "GET, HEAD")
        #expect(answer.headers["x-frame-options"] == "DENY")
    }

    @Test("HEAD has the headers alone")
    func head() throws {
        let example = try ExampleDatabase(isFilled: false)
        let page = try RunningPage(in: example.folder.path)
        let answer = try page.ask("/", method: "HEAD")
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
    }

    @Test("names of other servers are refused, whatever they point to")
    func hosts() throws {
        let example = try ExampleDatabase(isFilled: false)
        let page = try RunningPage(in: example.folder.path)
        for host in ["127.0.0.1:\(page.port)", "localhost:\(page.port)", "localhost", "[::1]:9000", "LOCALHOST"] {
            #expect(try page.ask("/", host: host).status == 200, "\(host)")
        }
        for host in ["example.org", "evil.example:\(page.port)", "127.0.0.1.example.org", "192.168.0.7", "localhost.x"]
        {
            #expect(try page.ask("/", host: host).status == 421, "\(host)")
        }
    }

    @Test(
        "what another site's page asks for is refused; following a link to the page is not",
        arguments: [
            ("cross-site", "no-cors", "script", "/api/searches", 403),
            ("same-site", "cors", "empty", "/api/searches", 403),
            ("cross-site", "navigate", "iframe", "/", 403), ("cross-site", "navigate", "document", "/", 200),
            ("cross-site", "navigate", "document", "/api/searches", 403),
            ("same-origin", "cors", "empty", "/api/searches", 200),
            ("none", "navigate", "document", "/api/searches", 200),
        ])
    func sites(site: String, mode: String, destination: String, path: String, status: Int) throws {
        let example = try ExampleDatabase(isFilled: false)
        let page = try RunningPage(in: example.folder.path)
        let headers = ["Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination]
        #expect(try page.ask(path, headers: headers).status == status)
    }

    @Test("trials come page by page")
    func pages() throws {
        let example = try ExampleDatabase()
        let page = try RunningPage(in: example.folder.path)
        let first = try page.ask("/api/trials?search=first&limit=3").json(Trials.self)
        #expect(first.total == 7)
        #expect(first.trials.map(\.trial) == ["first/1", "first/2", "first/3"])
        let last = try page.ask("/api/trials?search=first&limit=3&offset=6").json(Trials.self)
        #expect(last.total == 7 && last.offset == 6)
        #expect(last.trials.map(\.trial) == ["first/7"])
        #expect(try page.ask("/api/trials?limit=1000").json(Trials.self).total == 14)
    }

    @Test(
        "what cannot be answered is an error in the words of the commands",
        arguments: [
            ("/api/trials?limit=x", 400, "usage"), ("/api/trials?limit=100000", 400, "usage"),
            ("/api/trials?offset=-1", 400, "usage"), ("/api/trials?search=nothing", 404, "not_found"),
            ("/api/search/nothing", 404, "not_found"), ("/api/trial/first/99", 404, "not_found"),
            ("/api/trial/first/x", 404, "not_found"), ("/api/compare", 400, "usage"),
            ("/api/compare?trials=first/a", 400, "usage"), ("/api/plot/nonsense?search=first", 404, "not_found"),
            ("/api/plot/front", 400, "usage"), ("/api/plot/front?search=first&theme=loud", 400, "usage"),
            ("/../../etc/passwd", 404, "not_found"),
            ("/api/trials?search=%ff", 400, "usage"),
            ("/api/trials?search=%4", 400, "usage"), ("/api/trial/first/99999999999999999999999", 404, "not_found"),
        ])
    func failures(path: String, status: Int, code: String) throws {
        let example = try ExampleDatabase()
        let page = try RunningPage(in: example.folder.path)
        let answer = try page.ask(path)
        #expect(answer.status == status)
        #expect(try answer.json(ErrorEnvelope.self).error.code == code)
    }

    @Test("details, comparisons and searches have the keys of the commands")
    func details() throws {
        struct Details: Decodable {
            struct Named: Decodable { var sha256: String }
            struct Metric: Decodable { var name: String }
            struct Step: Decodable { var loss: Double }
            var model: Named
            var pruned_model: Named
            var metrics: [Metric]
            var training: [Step]
        }
        struct Comparison: Decodable {
            struct Layer: Decodable { var differs: Bool }
            var layers: [Layer]
        }
        struct Search: Decodable {
            struct Named: Decodable { var search: String }
            var search: Named
            var specification: [String: JSONAny]
        }
        let example = try ExampleDatabase()
        let page = try RunningPage(in: example.folder.path)
        let trial = try page.ask("/api/trial/first/6").json(Details.self)
        #expect(trial.model.sha256.first == "a" && trial.pruned_model.sha256.first == "b")
        #expect(trial.metrics.map(\.name) == ["acc", "loss", "acc"])
        #expect(trial.training.map(\.loss) == [4.5, 4.25])
        let comparison = try page.ask("/api/compare?trials=first/3,first/5").json(Comparison.self)
        #expect(comparison.layers.map(\.differs) == [false, false, true, true])
        let search = try page.ask("/api/search/first").json(Search.self)
        #expect(search.search.search == "first" && search.specification["batch"] != nil)
    }

    @Test("a change is told to who listens")
    func events() throws {
        let example = try ExampleDatabase()
        let page = try RunningPage(in: example.folder.path)
        let search = try example.store.search(named: "second")
        let text = try page.stream("/api/events", until: "second/8") {
            _ = try example.store.beginTrial(
                TrialRecord(searchID: search.id, kind: .proposal, seed: 9, environment: ExampleDatabase.environment),
                allocation: try AllocationRecord(
                    precisions: Array(repeating: (name: "nf4", bits: 4), count: 3) + [(name: "int8", bits: 8)]))
        }
        #expect(text.contains("Content-Type: text/event-stream"))
        #expect(text.contains(#"event: change\#ndata: {"trials": ["second/8"], "searches": ["second"]}"#))
    }

    @Test("signals end it with their status", arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func signals(signal: Int32, status: Int32) throws {
        let example = try ExampleDatabase(isFilled: false)
        let page = try RunningPage(in: example.folder.path)
        #expect(try page.ask("/").status == 200)
        #expect(page.end(signal) == status)
    }

    @Test("a port that is taken is a conflict when it was asked for")
    func takenPort() throws {
        let example = try ExampleDatabase(isFilled: false)
        let page = try RunningPage(in: example.folder.path)
        let run = try example.run(["ui", "--port", String(page.port)])
        #expect(run.status == 4)
        #expect(run.error.contains("--port: \(page.port) is taken by another program"))
        #expect(run.out.isEmpty)
    }

    @Test(
        "wrong usage is one line",
        arguments: [
            (["--port", "x"], "--port"), (["--port", "70000"], "--port"), (["--host", ""], "--host: an empty address"),
            (["--host", "no.such.host.invalid"], "--host: 'no.such.host.invalid'"),
        ])
    func usage(arguments: [String], message: String) throws {
        let example = try ExampleDatabase(isFilled: false)
        let run = try example.run(["ui"] + arguments)
        #expect(run.status == 64)
        #expect(run.error.contains(message))
    }

    @Test("looking changes nothing in the file")
    func readOnly() throws {
        let example = try ExampleDatabase()
        let before = try example.store.searches().map(\.search)
        let page = try RunningPage(in: example.folder.path)
        for path in ["/api/searches", "/api/search/first", "/api/trials", "/api/trial/first/1"] {
            #expect(try page.ask(path).status == 200)
        }
        #expect(page.end(SIGTERM) == 143)
        #expect(try example.store.searches().map(\.search) == before)
    }
}

/// Any JSON value.
struct JSONAny: Decodable {
    init(from decoder: any Decoder) throws {}
}
