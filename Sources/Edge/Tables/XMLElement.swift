import CityKernel
import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// One element of an XML document, without the differences of prefixes.
final class XMLElement {
    let name: String
    let namespace: String
    let attributes: [String: String]
    fileprivate(set) var children: [XMLElement] = []
    fileprivate(set) var text = ""

    fileprivate init(_ name: String, _ namespace: String, _ attributes: [String: String]) {
        self.name = name
        self.namespace = namespace
        self.attributes = attributes
    }

    /// The first element along these names.
    func find(_ path: String...) -> XMLElement? {
        path.reduce(self) { found, name in found?.children.first { $0.name == name } }
    }

    func list(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The text of the first element along these names, without the space around it.
    func words(_ path: String...) -> String {
        let found = path.reduce(self) { found, name in found?.children.first { $0.name == name } }
        return ReadingText.trim(found?.text ?? "")
    }
}

/// Reads documents of strangers: no document type, so that no entity can grow or lead outside, and
/// limits on size, depth and number.
enum XMLReader {
    static let bytesMax = 8 << 20
    static let depthMax = 64
    static let elementsMax = 500_000

    /// Encodings in which the signs of markup are those of ASCII; in any other a document type could
    /// hide.
    private static let encodings: Set<String> = [
        "utf-8", "us-ascii", "shift_jis", "windows-31j", "euc-jp", "iso-8859-1",
    ]

    /// - Throws: `ImportRefusal`.
    static func read(_ bytes: [UInt8]) throws(ImportRefusal) -> XMLElement {
        guard bytes.count <= bytesMax else {
            throw ImportRefusal(.xmlTooLarge, "\(bytesMax >> 20)")
        }
        try checkHead(bytes)
        let builder = XMLBuilder()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = builder
        let isWhole = parser.parse()
        if let fault = builder.fault { throw fault }
        // The parser mends what it can, and says so beside its result.
        guard isWhole, builder.isWhole, let root = builder.root else {
            throw ImportRefusal(
                .xmlUnreadable, "\(parser.lineNumber)", "\(parser.columnNumber)")
        }
        return root
    }

    private static func checkHead(_ bytes: [UInt8]) throws(ImportRefusal) {
        if let range = bytes.firstRange(of: Array("encoding=".utf8)), range.upperBound < 200 {
            let name = bytes[range.upperBound...].dropFirst().prefix {
                $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "?")
            }
            guard encodings.contains(String(decoding: name, as: UTF8.self).lowercased()) else {
                throw ImportRefusal(.xmlEncodingUnknown)
            }
        }
        guard !bytes.contains(0), bytes.firstRange(of: Array("<!DOCTYPE".utf8)) == nil else {
            throw ImportRefusal(.xmlDocumentType)
        }
    }
}

private final class XMLBuilder: NSObject, XMLParserDelegate {
    private(set) var root: XMLElement?
    private(set) var fault: ImportRefusal?
    private var open: [XMLElement] = []
    private var count = 0
    private var hasErrors = false

    var isWhole: Bool { open.isEmpty && !hasErrors }

    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) { hasErrors = true }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        count += 1
        guard open.count < XMLReader.depthMax, count <= XMLReader.elementsMax else {
            fault = ImportRefusal(.xmlTooDeep)
            return parser.abortParsing()
        }
        let local = elementName.split(separator: ":").last.map(String.init) ?? elementName
        let element = XMLElement(local, namespaceURI ?? "", attributes)
        if let parent = open.last { parent.children.append(element) } else { root = element }
        open.append(element)
    }

    func parser(
        _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        if !open.isEmpty { open.removeLast() }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { open.last?.text += string }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        open.last?.text += String(decoding: block, as: UTF8.self)
    }
}
