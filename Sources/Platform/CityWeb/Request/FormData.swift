package import CityKernel
package import Hummingbird
import NIOCore

/// What a form brought (`application/x-www-form-urlencoded`), with spaces at the ends removed.
package struct FormData: Sendable {
    /// Fields of one form.
    package static let fieldsMax = 1_000

    private var fields: [(name: String, value: String)] = []

    init(fields: [(name: String, value: String)]) { self.fields = fields }

    /// - Throws: `Problem` when there are too many fields or a value is not UTF-8.
    package init(_ text: String) throws(Problem) {
        let pairs = text.split(separator: "&")
        guard pairs.count <= Self.fieldsMax else {
            throw Problem(
                .tooLarge, title: "The form has too many fields",
                detail: "\(pairs.count) fields; \(Self.fieldsMax) are allowed.")
        }
        for pair in pairs {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]),
                let value = Self.decoded(parts.count > 1 ? parts[1] : "")
            else {
                throw Problem(
                    .invalidRequest, title: "The form cannot be read",
                    detail: "A field is not valid UTF-8 in percent encoding.")
            }
            fields.append((name, String(value[...].trimmed)))
        }
    }

    /// The first value of a field; empty when it was left empty or was not sent.
    package subscript(name: String) -> String {
        fields.first { $0.name == name }?.value ?? ""
    }

    /// Every value of a field that may come several times.
    package func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexValue),
                    let low = rest.popFirst().flatMap(hexValue)
                else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}

extension Request {
    /// Reads a form's body.
    /// - Throws: `Problem` when it is too large or cannot be read.
    package func readForm(upTo bytesMax: Int = WebLimits.bodyBytesMax) async throws -> FormData {
        try FormData(String(buffer: try await body.collectForm(upTo: bytesMax)))
    }
}

extension RequestBody {
    /// - Throws: `Problem` of kind `tooLarge`.
    func collectForm(upTo bytesMax: Int) async throws -> ByteBuffer {
        do {
            return try await collect(upTo: bytesMax)
        } catch is NIOTooManyBytesError {
            throw Problem(
                .tooLarge, title: "The form is too large",
                detail: "It has at most \(bytesMax) bytes; nothing was changed.",
                remedy: "Shorten what you wrote.")
        }
    }
}
