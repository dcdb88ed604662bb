import HTTPTypes
import Hummingbird

/// Which methods each route understands, so that a wrong method is told from a wrong address.
struct AllowedMethods: Sendable {
    private struct Pattern: Sendable {
        let parts: [Substring]
        var methods: Set<String> = []
    }

    private let patterns: [Pattern]

    init(_ router: CityRouter) {
        var patterns: [String: Pattern] = [:]
        for route in router.routes {
            let path = route.path.description
            patterns[path, default: Pattern(parts: path.split(separator: "/"))]
                .methods.insert(route.method.rawValue)
        }
        self.patterns = Array(patterns.values)
    }

    /// `GET, HEAD`, or `nil` when no route stands at the path.
    func methods(at path: String) -> String? {
        let parts = path.split(separator: "/")
        let found = patterns.filter { Self.matches($0.parts[...], parts[...]) }
        guard !found.isEmpty else { return nil }
        return found.reduce(into: Set()) { $0.formUnion($1.methods) }.sorted()
            .joined(separator: ", ")
    }

    private static func matches(
        _ pattern: ArraySlice<Substring>, _ parts: ArraySlice<Substring>
    ) -> Bool {
        guard let first = pattern.first else { return parts.isEmpty }
        if first == "**" { return !parts.isEmpty }
        guard let part = parts.first else { return false }
        let isWild = first == "*" || first.contains("{") || first.hasPrefix(":")
        return (isWild || first == part) && matches(pattern.dropFirst(), parts.dropFirst())
    }
}
