internal import ArgumentParser
internal import Store

/// `qpx ui`: the database as a page in a browser.
struct UICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ui",
        abstract: "Look at searches and trials in a browser while they run.",
        discussion: """
            Serves one page on this machine: searches, trials that appear as they are measured, trials side by side, \
            details, pictures. What is looked at is in the address, so that a view can be kept or sent. The database is \
            only read, and nothing is fetched from elsewhere. Ctrl-C ends it. From another machine: \
            ssh -L 8517:127.0.0.1:8517 HOST.

            EXAMPLES
              qpx ui
              qpx ui --open
              qpx ui --db runs/qpx.db --port 0 --json

            JSON
              one object once the page is there: {"url", "host", "port"}
              the page's own addresses, all GET: /api/searches, /api/search/NAME, /api/trials?search=&where=&sort=&\
            offset=&limit= {"total", "offset", "limit", "trials"}, /api/trial/NAME/NUMBER, \
            /api/compare?trials=NAME/1,NAME/2, /api/names, /api/plots, /api/plot/KIND?search=&theme= (SVG, 204 where there is nothing to draw), /api/events \
            (server-sent); the keys are those of 'qpx searches', 'trials', 'show' and 'compare'
            """)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Address to listen on; with another than this machine's own, whoever reaches it can read the database "
                + "(default: 127.0.0.1).", valueName: "address"))
    var host: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Port to listen on; 0 is any that is free (default: 8517, or a free one).", valueName: "port"))
    var port: String?

    @Flag(name: .long, help: "Open the page in a browser.")
    var open = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    private static let usualPort = 8517

    func run() throws {
        var settings = Settings()
        settings.set("port", flag: port)
        let chosen = try settings.integer("port", in: 0...65_535)
        let host = host ?? "127.0.0.1"
        guard !host.isEmpty else { throw Failure.usage("--host: an empty address") }
        let hosts = HostCheck(host: host)
        let console = global.console
        // Two connections: one that is asked, one that watches; neither waits for the other.
        let responder = PageResponder(
            data: PageData(store: try database.openForReading()),
            changes: PageChanges(store: try database.openForReading()), guardian: PageGuard(hosts: hosts))
        let server = PageServer(
            host: host, port: chosen ?? Self.usualPort, isPortOptional: chosen == nil, responder: responder)
        let opens = self.open
        let status = try server.run { port in
            let name = HostCheck.isAddress(host) && host.contains(":") ? "[\(host)]" : host
            let url = "http://\(host == "0.0.0.0" ? "127.0.0.1" : name):\(port)/"
            if console.isJSON {
                let value: JSONValue = ["url": .string(url), "host": .string(host), "port": .int(port)]
                try? console.write(value.compact + "\n")
            } else {
                try? console.write(url + "\n")
                console.notice("Ctrl-C ends it")
            }
            if !hosts.isLoopback { console.notice("listening on \(host): whoever reaches it can read this database") }
            if opens { Browser.open(url, console: console) }
        }
        throw ExitCode(status.rawValue)
    }
}
