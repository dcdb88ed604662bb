import CityKernel

/// Elements of XML as rows: those along the path below the root, else the entries of a feed, else
/// whatever repeats below the root. Inner elements become columns `a.b`, attributes `a.@b`, repeated
/// ones `a.0`. A telegram of the weather agency is read by `TelegramReader`.
enum XMLTableReader {
    static let feedPaths = ["feed": ["entry"], "rss": ["channel", "item"], "RDF": ["item"]]

    static func read(_ bytes: [UInt8], at place: TablePlace) throws(ImportRefusal) -> SourceTable {
        let root = try XMLReader.read(bytes)
        if TelegramReader.reads(root) { return try TelegramReader.table(root, at: place) }
        let found = records(in: root, along: place.recordsPath)
        guard !found.isEmpty else {
            throw ImportRefusal(.xmlPathMissing, place.recordsPath)
        }
        return try JSONTableReader.table(.xml, of: found.map(record))
    }

    private static func records(in root: XMLElement, along path: String) -> [XMLElement] {
        var names = path.split(separator: ".").map(String.init)
        if names.isEmpty { names = feedPaths[root.name] ?? [] }
        if names.isEmpty {
            let counts = Dictionary(grouping: root.children, by: \.name)
            let repeated = root.children.first { counts[$0.name, default: []].count > 1 }
            guard let repeated else { return [root] }
            names = [repeated.name]
        }
        return names.reduce([root]) { found, name in found.flatMap { $0.list(name) } }
    }

    private static func record(_ element: XMLElement) -> JSONObject {
        if case .object(let object) = json(element) { return object }
        return JSONObject([(element.name, .string(ReadingText.trim(element.text)))])
    }

    private static func json(_ element: XMLElement) -> JSONValue {
        let text = ReadingText.trim(element.text)
        if element.children.isEmpty, element.attributes.isEmpty { return .string(text) }
        var object = JSONObject()
        for (name, value) in element.attributes.sorted(by: { $0.key < $1.key }) {
            object.append("@" + name, .string(value))
        }
        if !text.isEmpty { object.append("text", .string(text)) }
        let groups = Dictionary(grouping: element.children, by: \.name)
        for child in element.children where object[child.name] == nil {
            let group = groups[child.name] ?? []
            object[child.name] = group.count == 1 ? json(child) : .array(group.map(json))
        }
        return .object(object)
    }
}
