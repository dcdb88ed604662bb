import CityKernel
import HTTPTypes
package import Hummingbird
import NIOCore

/// A form with files (`multipart/form-data`, RFC 7578), as browsers send it.
package struct UploadForm: Sendable {
    package struct File: Sendable, Hashable {
        /// The last part of what the browser calls it; may be anything.
        package var name: String
        package var bytes: [UInt8]
    }

    package static let partsMax = 100

    package private(set) var form: FormData
    /// By the name of the field; a field left empty is absent.
    package private(set) var files: [String: File] = [:]

    /// - Returns: `nil` when the type is not that of a form with files.
    static func boundary(of contentType: String?) -> String? {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data") else {
            return nil
        }
        return parameter("boundary", of: contentType[...])
    }

    /// - Throws: `Problem` when the parts cannot be told apart.
    init(_ body: [UInt8], boundary: String) throws(Problem) {
        let broken = Problem(
            .invalidRequest, title: "The form cannot be read",
            detail: "The parts of the upload cannot be told apart.", remedy: "Send it again.")
        let mark = Array("--\(boundary)".utf8)
        var fields: [(name: String, value: String)] = []
        guard var at = Self.find(mark, in: body, from: 0) else { throw broken }
        var parts = 0
        while true {
            let start = at + mark.count
            guard body.count >= start + 2 else { throw broken }
            if body[start] == UInt8(ascii: "-"), body[start + 1] == UInt8(ascii: "-") { break }
            guard let next = Self.find(mark, in: body, from: start), next >= start + 4 else {
                throw broken
            }
            parts += 1
            guard parts <= Self.partsMax else {
                throw Problem(
                    .tooLarge, title: "The form has too many fields",
                    detail: "\(Self.partsMax) are allowed.")
            }
            // After the mark a line break, before the next one another.
            let part = body[(start + 2)..<(next - 2)]
            guard let end = Self.find([13, 10, 13, 10], in: body, from: start + 2), end < next,
                let head = String(validating: body[(start + 2)..<end], as: UTF8.self),
                let name = Self.parameter("name", of: head[...])
            else { throw broken }
            let content = Array(part[min(end + 4, part.endIndex)...])
            if let fileName = Self.parameter("filename", of: head[...]) {
                let file = File(name: Self.last(fileName), bytes: content)
                if !content.isEmpty { files[name] = file }
            } else {
                guard let text = String(validating: content, as: UTF8.self) else { throw broken }
                fields.append((name, String(text[...].trimmed)))
            }
            at = next
        }
        form = FormData(fields: fields)
    }

    private static func last(_ path: String) -> String {
        String(path.split { "/\\".contains($0) }.last ?? "")
    }

    /// The value after `name=`, with or without quotes.
    private static func parameter(_ name: String, of text: Substring) -> String? {
        for piece in text.split(whereSeparator: { ";\r\n".contains($0) }) {
            let piece = piece.trimmed
            guard piece.lowercased().hasPrefix(name + "=") else { continue }
            let value = piece.dropFirst(name.count + 1)
            guard value.first == "\"", value.count >= 2 else { return String(value) }
            return String(value.dropFirst().prefix { $0 != "\"" })
        }
        return nil
    }

    private static func find(_ mark: [UInt8], in bytes: [UInt8], from: Int) -> Int? {
        guard let first = mark.first else { return nil }
        var at = from
        let last = bytes.count - mark.count
        while at <= last {
            guard let found = bytes[at...last].firstIndex(of: first) else { return nil }
            if bytes[found..<(found + mark.count)].elementsEqual(mark) { return found }
            at = found + 1
        }
        return nil
    }
}

extension Request {
    /// - Throws: `Problem` when the body is too large or is no form with files.
    package func readUpload() async throws -> UploadForm {
        guard let boundary = UploadForm.boundary(of: headers[.contentType]) else {
            throw Problem(
                .unsupportedMediaType, title: "This is not an upload",
                detail: "A form with a file is needed.")
        }
        do {
            let body = try await body.collect(upTo: WebLimits.uploadBytesMax)
            return try UploadForm(Array(body.readableBytesView), boundary: boundary)
        } catch is NIOTooManyBytesError {
            throw Problem(
                .tooLarge, title: "The file is too large",
                detail: "\(WebLimits.uploadBytesMax >> 20) MiB are allowed; nothing was kept.",
                remedy: "Split it into several files.")
        }
    }
}
