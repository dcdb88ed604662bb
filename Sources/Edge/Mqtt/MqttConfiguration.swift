package import CityKernel
import Foundation

/// How to reach the message server (MQTT 3.1.1). Checked once, here.
package struct MqttConfiguration: Sendable, Hashable {
    package struct TLS: Sendable, Hashable {
        /// PEM of the authorities that are trusted.
        package var authorityFile: String
        package var certificateFile: String?
        package var keyFile: String?

        package init(
            authorityFile: String, certificateFile: String? = nil, keyFile: String? = nil
        ) {
            self.authorityFile = authorityFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    package struct Login: Sendable, Hashable, CustomStringConvertible {
        package var user: String
        package var password: String

        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }

        /// Never the password.
        package var description: String { "user \(user)" }

        /// A file with the user on its first line and the password on its second.
        /// - Throws: `Problem` when it cannot be read or has no two lines.
        package init(file: String) throws(Problem) {
            let text = try? String(contentsOfFile: file, encoding: .utf8)
            let lines = text?.split(separator: "\n", maxSplits: 2) ?? []
            guard lines.count >= 2 else {
                throw Problem(
                    .invalidRequest, title: "The MQTT login file cannot be used",
                    detail: "The file must hold the user and, on the next line, the password.",
                    remedy: "Write two lines and let only the city's program read the file.")
            }
            self.init(user: String(lines[0]), password: String(lines[1]))
        }
    }

    package let host: String
    package let port: Int
    /// The name of our session on the server: the same after every restart, one per process.
    package let clientID: String
    package let login: Login?
    package let tls: TLS?
    package let keepAliveSeconds: Int

    /// - Throws: `Problem` naming the value out of its range.
    package init(
        host: String, port: Int, clientID: String, login: Login? = nil, tls: TLS? = nil,
        keepAliveSeconds: Int = 30
    ) throws(Problem) {
        func problem(_ place: String, _ detail: String) -> Problem {
            Problem(
                .invalidRequest, title: "A setting of MQTT is out of range",
                detail: "\(place): \(detail)", remedy: "Correct the mqtt settings.",
                places: [.init(place: place, message: detail)])
        }
        guard !host.isEmpty else { throw problem("host", "It must be named.") }
        guard (1...65_535).contains(port) else { throw problem("port", "It must be 1 to 65535.") }
        guard (1...65).contains(clientID.utf8.count) else {
            throw problem("clientID", "It must have 1 to 65 bytes.")
        }
        guard (5...3_600).contains(keepAliveSeconds) else {
            throw problem("keepAliveSeconds", "It must be 5 to 3600.")
        }
        self.host = host
        self.port = port
        self.clientID = clientID
        self.login = login
        self.tls = tls
        self.keepAliveSeconds = keepAliveSeconds
    }
}
