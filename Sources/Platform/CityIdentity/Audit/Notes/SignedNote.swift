import Foundation

/// A text with the signatures of those who stand by it (C2SP signed-note).
package struct SignedNote: Sendable, Hashable {
    package struct Signature: Sendable, Hashable {
        package var name: String
        package var keyID: [UInt8]
        package var bytes: [UInt8]

        /// `— name base64`, without the end of line.
        package var line: String {
            "— \(name) \(Data(keyID + bytes).base64EncodedString())"
        }

        /// - Returns: `nil` for a line that is no signature.
        package init?(line: some StringProtocol) {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "—", NoteKey.isName(String(parts[1])),
                let data = Data(base64Encoded: String(parts[2])), data.count > 4
            else { return nil }
            self.init(
                name: String(parts[1]), keyID: Array(data.prefix(4)),
                bytes: Array(data.dropFirst(4)))
        }

        init(name: String, keyID: [UInt8], bytes: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.bytes = bytes
        }

        func isBy(_ key: NoteKey) -> Bool { name == key.name && keyID == key.id }
    }

    package static let bytesMax = 64 * 1_024
    package static let signaturesMax = 100

    /// Ends with a line feed.
    package var text: String
    package var signatures: [Signature]

    package init(text: String, signatures: [Signature] = []) {
        self.text = text
        self.signatures = signatures
    }

    /// - Returns: `nil` for what is no signed note, or too large a one.
    package init?(_ note: String) {
        guard note.utf8.count <= Self.bytesMax, note.hasSuffix("\n"),
            let border = note.range(of: "\n\n", options: .backwards)
        else { return nil }
        let lines = note[border.upperBound...].dropLast()
            .split(separator: "\n", omittingEmptySubsequences: false)
        let signatures = lines.compactMap { Signature(line: $0) }
        guard !lines.isEmpty, signatures.count == lines.count, lines.count <= Self.signaturesMax
        else { return nil }
        text = note[..<border.lowerBound] + "\n"
        self.signatures = signatures
    }

    package var description: String {
        text + "\n" + signatures.map { $0.line + "\n" }.joined()
    }

    /// Whether the log's own key stands by this text.
    package func isSigned(by key: NoteKey) -> Bool {
        key.purpose == .log
            && signatures.contains {
                $0.isBy(key) && key.isSignature($0.bytes, of: Array(text.utf8))
            }
    }
}
