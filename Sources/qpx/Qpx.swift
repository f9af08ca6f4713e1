internal import ArgumentParser

@main
struct Qpx: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "qpx", abstract: "Compress language models.")
}
