package import CityKernel
import Yams

/// Collects every mistake of a set of files, so that staff mend them in one go.
package final class DiagnosticCollector {
    package private(set) var diagnostics: [Diagnostic] = []

    package init() {}

    package func add(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }
    package func add(contentsOf more: [Diagnostic]) { diagnostics += more }

    package var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}

/// A place in a YAML file that people write. Each verb reads one kind of value; what does not fit
/// is collected with file, line and remedy, and reads as `nil`, so that reading goes on.
package struct ConfigurationNode {
    package let file: String
    /// The key path from the top, for messages: `gauges[2].position.lat`.
    package let path: String
    let node: Node
    let collector: DiagnosticCollector

    /// The largest file accepted.
    package static let bytesMax = 4 << 20

    /// Parses a whole file; `nil` when it is not YAML, too large or empty, which is collected.
    package static func parse(
        _ text: String, file: String, into collector: DiagnosticCollector
    ) -> ConfigurationNode? {
        guard text.utf8.count <= bytesMax else {
            collector.add(
                Diagnostic(
                    file: file, line: 0, message: "the file is larger than 4 MiB",
                    remedy: "move data into files of its own"))
            return nil
        }
        do {
            guard let node = try Yams.compose(yaml: text) else {
                collector.add(Diagnostic(file: file, line: 0, message: "the file is empty"))
                return nil
            }
            return ConfigurationNode(file: file, path: "", node: node, collector: collector)
        } catch {
            collector.add(syntaxError(error, file: file))
            return nil
        }
    }

    private static func syntaxError(_ error: any Error, file: String) -> Diagnostic {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            Diagnostic(
                file: file, line: mark.line, message: "this is not YAML: \(problem)",
                remedy: "check the indentation, quotes and brackets on this line")
        case .duplicatedKeysInMapping(let duplicates, let context):
            Diagnostic(
                file: file, line: context.mark.line,
                message: "a key appears twice: \(duplicates.joined(separator: ", "))",
                remedy: "keep one of them")
        default:
            Diagnostic(
                file: file, line: 0, message: "this is not YAML", remedy: "check the whole file")
        }
    }

    package var line: Int { node.mark?.line ?? 0 }

    package func report(
        _ message: String, severity: Diagnostic.Severity = .error, remedy: String? = nil
    ) {
        let place = path.isEmpty ? message : "\(path): \(message)"
        collector.add(
            Diagnostic(severity, file: file, line: line, message: place, remedy: remedy))
    }
}

// MARK: - Containers

extension ConfigurationNode {
    /// Checks that this is a mapping with no key but `allowed` and all of `required`.
    @discardableResult
    package func checkKeys(required: [String], optional: [String] = []) -> Bool {
        guard let mapping = node.mapping else {
            report("a mapping of keys is needed", remedy: "write `key: value` lines here")
            return false
        }
        let known = required + optional
        for key in mapping.keys {
            let name = key.string ?? ""
            guard !known.contains(name) else { continue }
            let nearest = known.min { distance($0, name) < distance($1, name) }
            let isClose = nearest.map { distance($0, name) <= 3 } ?? false
            collector.add(
                Diagnostic(
                    file: file, line: key.mark?.line ?? line,
                    message: "\(joined(name)): this key is not known",
                    remedy: isClose
                        ? "did you mean `\(nearest ?? "")`?"
                        : "known keys: \(known.joined(separator: ", "))"))
        }
        let missing = required.filter { mapping[Node($0)] == nil }
        for name in missing {
            collector.add(
                Diagnostic(
                    file: file, line: line, message: "\(joined(name)): this key is missing",
                    remedy: "add `\(name):` with its value"))
        }
        return missing.isEmpty
    }

    package subscript(key: String) -> ConfigurationNode? {
        guard let value = node.mapping?[Node(key)] else { return nil }
        return ConfigurationNode(
            file: file, path: joined(key), node: value, collector: collector)
    }

    /// Every key with its value, in written order.
    package var entries: [(key: String, value: ConfigurationNode)] {
        (node.mapping ?? [:]).map { key, value in
            let name = key.string ?? ""
            return (
                name,
                ConfigurationNode(
                    file: file, path: joined(name), node: value, collector: collector)
            )
        }
    }

    package func list() -> [ConfigurationNode]? {
        guard let sequence = node.sequence else {
            report("a list is needed", remedy: "write one `- …` line for each element")
            return nil
        }
        return elements(of: sequence)
    }

    /// The elements of a list, none for anything else, without a finding.
    package var children: [ConfigurationNode] { node.sequence.map(elements) ?? [] }

    private func elements(of sequence: Node.Sequence) -> [ConfigurationNode] {
        sequence.enumerated().map { index, value in
            ConfigurationNode(
                file: file, path: "\(path)[\(index)]", node: value, collector: collector)
        }
    }

    package var isNull: Bool { node.null != nil }

    private func joined(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Levenshtein distance, for "did you mean".
    private func distance(_ left: String, _ right: String) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let cost = a == b ? previous : previous + 1
                previous = row[j + 1]
                row[j + 1] = min(cost, row[j] + 1, previous + 1)
            }
        }
        return row[right.count]
    }
}

// MARK: - Scalars

extension ConfigurationNode {
    /// The written characters of a scalar of any kind, without a finding.
    package var plainText: String? { node.scalar?.string }

    package func string() -> String? {
        guard let scalar = node.scalar, node.null == nil else {
            report("a text is needed")
            return nil
        }
        guard node.tag == Tag(.str) else {
            report(
                "a text is needed, but YAML reads `\(scalar.string)` as another kind",
                remedy: "put it in quotes: \"\(scalar.string)\"")
            return nil
        }
        return scalar.string
    }

    /// One of a closed set of words.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let text = string() else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            report("`\(text)` is not one of the choices", remedy: "choose one of: \(words)")
            return nil
        }
        return choice
    }

    package func integer(in range: ClosedRange<Int>) -> Int? {
        guard let value = node.int else {
            report("a whole number is needed")
            return nil
        }
        guard range.contains(value) else {
            report(
                "\(value) is out of range",
                remedy: "use \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    package func number(in range: ClosedRange<Double>) -> Double? {
        guard let value = node.float ?? node.int.map(Double.init) else {
            report("a number is needed")
            return nil
        }
        guard range.contains(value) else {
            report(
                "\(value) is out of range",
                remedy: "use \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    package func bool() -> Bool? {
        guard let value = node.bool else {
            report("`true` or `false` is needed")
            return nil
        }
        return value
    }

    /// `YYYY-MM-DD` at the start of that day in Japan.
    package func date() -> Timestamp? {
        guard let text = string() else { return nil }
        guard text.utf8.count == 10,
            let day = Timestamp(iso8601: text, offsetSeconds: CivilTime.japanOffsetSeconds)
        else {
            report("`\(text)` is not a date", remedy: "write a real day as \"YYYY-MM-DD\"")
            return nil
        }
        return day
    }

    /// `HH:mm` as minutes after midnight.
    package func timeOfDay() -> Int? {
        guard let text = string() else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 2, parts[1].count == 2,
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0...23).contains(hour),
            (0...59).contains(minute)
        else {
            report("`\(text)` is not a time of day", remedy: "write \"HH:mm\"")
            return nil
        }
        return hour * 60 + minute
    }

    /// `{ ja, easy, en }`; `easy` and `en` may be absent.
    package func localizedText(lengthMax: Int = 200) -> LocalizedText? {
        guard checkKeys(required: ["ja"], optional: ["easy", "en"]) else { return nil }
        func read(_ key: String) -> String? {
            guard let node = self[key], let text = node.string() else { return nil }
            guard text.count <= lengthMax else {
                node.report("the text is longer than \(lengthMax) characters")
                return nil
            }
            return text
        }
        guard let japanese = read("ja") else { return nil }
        return LocalizedText(japanese, easy: read("easy"), en: read("en"))
    }

    package func entityID(type: String) -> EntityID? {
        guard let text = string() else { return nil }
        guard let id = EntityID(text), text.hasPrefix("urn:ngsi-ld:\(type):") else {
            report(
                "`\(text)` is not an id of a \(type)",
                remedy: "write urn:ngsi-ld:\(type):<city>:<name>")
            return nil
        }
        return id
    }

    /// `{ lat, lon }` in degrees.
    package func point() -> GeoPoint? {
        guard checkKeys(required: ["lat", "lon"]),
            let latitude = self["lat"]?.number(in: -90...90),
            let longitude = self["lon"]?.number(in: -180...180)
        else { return nil }
        return GeoPoint(latitude: latitude, longitude: longitude)
    }
}
