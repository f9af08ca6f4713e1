import Foundation
import Testing

@testable import Store

@Suite("A process identity") struct ProcessIdentityTests {
    @Test("of this process is alive") func thisProcess() {
        #expect(ProcessIdentity.current().isAlive() == true)
    }

    @Test("of a process that ended is not alive") func ended() throws {
        let child = Process()
        child.executableURL = URL(filePath: "/bin/sh")
        child.arguments = ["-c", "exit 0"]
        try child.run()
        child.waitUntilExit()
        let host = ProcessIdentity.hostName()
        #expect(
            ProcessIdentity(host: host, pid: Int(child.processIdentifier), started: nil).isAlive() == false)
    }

    @Test(
        "whose number was given to another process is not alive",
        .enabled(if: ProcessIdentity.current().started != nil, "this system does not say when a process began"))
    func reused() {
        var identity = ProcessIdentity.current()
        identity.started = "another boot 17"
        #expect(identity.isAlive() == false)
    }

    @Test("on another host cannot be judged from here") func elsewhere() {
        var identity = ProcessIdentity.current()
        identity.host += "-other"
        #expect(identity.isAlive() == nil)
    }

    @Test("that no process can have is not alive", arguments: [0, -1, Int.max])
    func impossible(pid: Int) {
        #expect(ProcessIdentity(host: ProcessIdentity.hostName(), pid: pid, started: nil).isAlive() == false)
    }
}
