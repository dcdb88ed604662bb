/// The end of a tile's address (C2SP tlog-tiles): `0/x001/x234/067` or `entries/002.p/88`.
package struct TilePath: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case hashes(level: Int)
        case entries
    }

    package var kind: Kind
    package var number: Int64
    /// Of a partial tile: 1 to 255.
    package var width: Int64?

    package init(_ kind: Kind, number: Int64, width: Int64? = nil) {
        self.kind = kind
        self.number = number
        self.width = width
    }

    /// - Returns: `nil` for anything but the one spelling that a tile has.
    package init?(_ path: some StringProtocol) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        guard parts.count >= 2, let head = parts.popFirst() else { return nil }
        if head == "entries" {
            kind = .entries
        } else if let level = Int64(tileDigits: head), level <= 63 {
            kind = .hashes(level: Int(level))
        } else {
            return nil
        }
        width = nil
        if parts.count >= 2, parts[parts.endIndex - 2].hasSuffix(".p") {
            guard let last = parts.popLast(), let width = Int64(tileDigits: last),
                (1...255).contains(width)
            else { return nil }
            self.width = width
            parts[parts.endIndex - 1] = parts[parts.endIndex - 1].dropLast(2)
        }
        // Six groups reach beyond any log: 10^18 tiles.
        guard parts.count <= 6 else { return nil }
        let digits = parts.map { $0.hasPrefix("x") ? $0.dropFirst() : $0 }.joined()
        guard let number = Int64(digits), number >= 0 else { return nil }
        self.number = number
        guard text == path else { return nil }
    }

    /// As it stands in addresses.
    package var text: String {
        var groups: [String] = []
        var rest = number
        repeat {
            let group = String(rest % 1_000)
            groups.append(String(repeating: "0", count: 3 - group.count) + group)
            rest /= 1_000
        } while rest > 0
        let number = groups.enumerated().reversed()
            .map { ($0.offset == 0 ? "" : "x") + $0.element }.joined(separator: "/")
        let head =
            switch kind {
            case .entries: "entries"
            case .hashes(let level): String(level)
            }
        return head + "/" + number + (width.map { ".p/\($0)" } ?? "")
    }
}

extension Int64 {
    /// Digits without a sign and without leading zeros.
    fileprivate init?(tileDigits text: some StringProtocol) {
        guard let number = Int64(text), number >= 0, String(number) == text else { return nil }
        self = number
    }
}
