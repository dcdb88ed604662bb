import HTTPTypes
package import Hummingbird

extension Request {
    /// Path and query as the client sent them.
    var target: String { head.path ?? "/" }

    /// Whether the client takes gzip. `gzip;q=0` is a refusal.
    package var acceptsGzip: Bool {
        guard let accepted = headers[.acceptEncoding] else { return false }
        // Without weights, as browsers send it: no need to take the field apart.
        if !accepted.utf8.contains(UInt8(ascii: ";")) {
            return accepted == "gzip" || accepted == "*" || accepted.contains("gzip")
        }
        for part in accepted.split(separator: ",") {
            let words = part.split(separator: ";").map { $0.trimmed }
            guard words.first == "gzip" || words.first == "*" else { continue }
            return !words.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
        }
        return false
    }

    /// Whether the reader is a person with a browser: `text/html` stands in Accept.
    package var wantsHTML: Bool { headers[.accept]?.contains("text/html") ?? false }

    /// A cookie's value as sent, without decoding.
    package func cookie(_ name: String) -> Substring? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let pair = pair.trimmed
                guard pair.hasPrefix(name), pair.dropFirst(name.count).first == "=" else {
                    continue
                }
                return pair.dropFirst(name.count + 1)
            }
        }
        return nil
    }

    /// The first value of a query parameter, as sent: for words of a fixed vocabulary.
    package func rawQueryParameter(_ name: String) -> Substring? {
        guard let mark = target.firstIndex(of: "?") else { return nil }
        for pair in target[target.index(after: mark)...].split(separator: "&")
        where pair.hasPrefix(name) && pair.dropFirst(name.count).first == "=" {
            return pair.dropFirst(name.count + 1)
        }
        return nil
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    var trimmed: Substring {
        var rest = self
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}
