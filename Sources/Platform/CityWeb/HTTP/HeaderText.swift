/// Reads the texts of request fields, for requests of the router and for those at the door alike.
enum HeaderText {
    /// Whether an Accept-Encoding takes gzip. `gzip;q=0` is a refusal.
    static func acceptsGzip(_ accepted: String) -> Bool {
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

    /// Whether an If-None-Match names the tag.
    static func names(_ tag: String, _ known: String) -> Bool {
        known == "*" || known.split(separator: ",").contains { $0.trimmed == tag }
    }

    /// A cookie's value as sent, without decoding.
    static func cookie(_ name: String, in field: String) -> Substring? {
        for pair in field.split(separator: ";") {
            let pair = pair.trimmed
            guard pair.hasPrefix(name), pair.dropFirst(name.count).first == "=" else { continue }
            return pair.dropFirst(name.count + 1)
        }
        return nil
    }

    /// The first value of a query parameter, as sent: for words of a fixed vocabulary.
    static func queryParameter(_ name: String, in target: String) -> Substring? {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
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
