import Foundation

/// PEM files: who the city is, and whom it believes.
package struct CredentialFiles: Sendable, Hashable {
    /// The city's certificate, followed by those between it and its authority.
    package var certificate: String
    /// Its private key, without a passphrase.
    package var key: String
    /// Certificates of the authorities whose word counts.
    package var authority: String

    package init(certificate: String, key: String, authority: String) {
        self.certificate = certificate
        self.key = key
        self.authority = authority
    }

    /// Tells one edition of the files from the next without reading them; `nil` while one is absent.
    var edition: [String]? {
        var edition: [String] = []
        for path in [certificate, key, authority] {
            // A file that is just being replaced is looked at again the next time.
            guard let found = try? FileManager.default.attributesOfItem(atPath: path) else {
                return nil
            }
            let time = (found[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            let parts = [found[.systemFileNumber], found[.size]].map { "\($0 ?? 0)" }
            edition.append((parts + ["\(time)"]).joined(separator: " "))
        }
        return edition
    }
}

/// Which of the files is wrong, and how.
package struct CredentialFault: Error, Sendable, Hashable {
    package enum File: String, Sendable, Hashable { case certificate, key, authority }

    package var file: File
    package var message: String
    package var remedy: String

    init(_ file: File, _ message: String, remedy: String) {
        self.file = file
        self.message = message
        self.remedy = remedy
    }
}
