import Foundation
import Synchronization

/// A real message server (mosquitto) on a port of its own, that can be stopped and started again
/// with what it held. It is the outside world: sensors publish to it, the city reads from it.
package final class MosquittoServer: Sendable {
    package struct Unusable: Error, CustomStringConvertible {
        package var description: String
    }

    package let port: Int
    private let folder: URL
    private let process = Mutex<Process?>(nil)

    /// Starts the server; returns once it takes connections.
    package init() throws {
        port = try FreePort.tcp()
        folder = URL(fileURLWithPath: try TestStores.makeDirectory("mosquitto"))
        let lines = [
            "listener \(port) 127.0.0.1", "allow_anonymous true", "user root",
            "persistence true", "persistence_location \(folder.path)/",
            "max_queued_messages 0", "log_dest stderr", "log_type all",
        ]
        try lines.joined(separator: "\n").write(
            to: folder.appendingPathComponent("mosquitto.conf"), atomically: true, encoding: .utf8)
        try start()
    }

    package func start() throws {
        let process = Process()
        process.executableURL = try Self.executable()
        process.arguments = ["-c", folder.appendingPathComponent("mosquitto.conf").path]
        let errors = Pipe()
        process.standardError = errors
        try Self.withoutBlockedSignals { try process.run() }
        try Self.waitForLine("running", in: errors.fileHandleForReading)
        self.process.withLock { $0 = process }
    }

    /// Ends the server as an operator would: it saves sessions and queued messages.
    package func stop() {
        let process = process.withLock { process in
            defer { process = nil }
            return process
        }
        process?.terminate()
        process?.waitUntilExit()
    }

    /// Stops the server and removes what it held.
    package func remove() throws {
        stop()
        try FileManager.default.removeItem(at: folder)
    }

    /// A child inherits the blocked signals of the thread that starts it, and threads of the
    /// concurrency runtime block all: the server would not hear SIGTERM.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    private static func executable() throws -> URL {
        for path in [
            "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto",
        ]
        where FileManager.default.isExecutableFile(atPath: path) {
            return URL(fileURLWithPath: path)
        }
        throw Unusable(description: "mosquitto is not installed; ./test installs it")
    }

    /// Reads the server's log until a line has `word`; then lets the log run dry in the background,
    /// so that a full pipe never stops the server.
    private static func waitForLine(_ word: String, in log: FileHandle) throws {
        var seen = ""
        while !seen.contains(word) {
            let data = log.availableData
            guard !data.isEmpty else { throw Unusable(description: "mosquitto ended: \(seen)") }
            seen += String(decoding: data, as: UTF8.self)
        }
        log.readabilityHandler = { handle in
            if handle.availableData.isEmpty { handle.readabilityHandler = nil }
        }
    }
}
