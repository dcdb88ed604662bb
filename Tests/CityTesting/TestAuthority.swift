package import CityBroker
import Foundation

/// An authority that signs certificates of cities, by openssl. Valid from now on by the machine's
/// clock.
package struct TestAuthority {
    private let folder: URL
    private let name: String

    package init(_ name: String = "authority") throws {
        folder = URL(fileURLWithPath: try TestStores.makeDirectory("authority"))
        self.name = name
        try openssl(
            ["req", "-x509"] + Self.newKey + [
                "-subj", "/CN=\(name)", "-days", "3650", "-keyout", path("\(name).key"), "-out",
                path("\(name).pem"),
            ])
    }

    /// A certificate for a DNS name and this machine, with its key and the authority.
    package func issue(
        _ name: String, days: Int = 365, as file: String? = nil
    ) throws -> CredentialFiles {
        let file = file ?? name
        try "subjectAltName=DNS:\(name),IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n"
            .write(toFile: path("\(file).ext"), atomically: true, encoding: .utf8)
        try openssl(
            ["req", "-new"] + Self.newKey + [
                "-subj", "/CN=\(name)", "-keyout", path("\(file).key"), "-out", path("\(file).csr"),
            ])
        try openssl([
            "x509", "-req", "-in", path("\(file).csr"), "-CA", path("\(self.name).pem"), "-CAkey",
            path("\(self.name).key"), "-CAcreateserial", "-days", String(days), "-extfile",
            path("\(file).ext"), "-out", path("\(file).pem"),
        ])
        return CredentialFiles(
            certificate: path("\(file).pem"), key: path("\(file).key"),
            authority: path("\(self.name).pem"))
    }

    private static let newKey = [
        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
    ]

    private func path(_ file: String) -> String { folder.appendingPathComponent(file).path }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed() }
    }

    private struct Failed: Error {}
}
