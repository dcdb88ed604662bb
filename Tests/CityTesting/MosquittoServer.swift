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
    package convenience init() throws { try self.init(guards: { _ in ["allow_anonymous true"] }) }

    /// A server that speaks TLS only and asks for a user and password. `authorityFile` names the
    /// certificate to trust.
    package static func guarded(user: String, password: String) throws -> MosquittoServer {
        try MosquittoServer { folder in
            let (key, certificate) = (folder.path + "/key.pem", folder.path + "/certificate.pem")
            try run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out",
                    certificate, "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                    "subjectAltName=IP:127.0.0.1",
                ])
            let passwords = folder.path + "/passwords"
            try run("mosquitto_passwd", ["-b", "-c", passwords, user, password])
            return [
                "allow_anonymous false", "password_file \(passwords)",
                "certfile \(certificate)", "keyfile \(key)",
            ]
        }
    }

    package var authorityFile: String { folder.path + "/certificate.pem" }

    /// - Parameter guards: further lines of the listener, made in the server's folder.
    private init(guards: (URL) throws -> [String]) throws {
        port = try FreePort.tcp()
        folder = URL(fileURLWithPath: try TestStores.makeDirectory("mosquitto"))
        let lines =
            [
                "user root", "persistence true", "persistence_location \(folder.path)/",
                "max_queued_messages 0", "log_dest stderr", "log_type all",
                "listener \(port) 127.0.0.1",
            ] + (try guards(folder))
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

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Unusable(description: "\(program) failed or is not installed")
        }
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
