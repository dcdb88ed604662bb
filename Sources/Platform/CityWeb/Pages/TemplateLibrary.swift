package import Foundation
import Mustache

/// Every template of the city, compiled once at start, with its words checked.
///
/// A template's name is its path under the directory without `.mustache`. Names are unique over all
/// directories; partials may come from any of them.
package struct TemplateLibrary: Sendable {
    /// CityWeb's own layouts, components and icons.
    package static var ownDirectory: URL {
        Bundle.module.bundleURL.appending(path: "Templates")
    }

    private let library: MustacheLibrary

    /// - Throws: `TemplateError` when a directory or a partial is absent, a name stands twice, a
    ///   template does not parse or names a text that `texts` lacks.
    package init(directories: [URL], texts: Texts) throws(TemplateError) {
        var sources: [String: String] = [:]
        for directory in directories {
            for (name, text) in try Self.readTemplates(in: directory) {
                guard sources.updateValue(text, forKey: name) == nil else {
                    throw .duplicate(name: name)
                }
            }
        }
        var library = MustacheLibrary()
        for (name, text) in sources {
            for partial in Self.words(after: "{{>", in: text) where sources[partial] == nil {
                throw .unknownPartial(partial, in: name)
            }
            for key in Self.words(after: "{{t.", in: text) where !texts.has(key) {
                throw .unknownText(key, in: name)
            }
            do {
                try library.register(text, named: name)
                try library.register("{{#model}}{{> \(name)}}{{/model}}", named: "page:" + name)
            } catch {
                throw .unreadable(name: name, reason: "\(error)")
            }
        }
        self.library = library
    }

    /// Names missing in `model` are looked for in `surroundings`.
    /// - Throws: `TemplateError.unknown`.
    func render(
        _ name: String, _ model: Any, surroundings: [String: Any]
    ) throws(TemplateError) -> String {
        var surroundings = surroundings
        surroundings["model"] = model
        guard let text = library.render(surroundings, withTemplate: "page:" + name) else {
            throw .unknown(name: name)
        }
        return text
    }

    private static func readTemplates(
        in directory: URL
    ) throws(TemplateError) -> [(name: String, text: String)] {
        let files = FileManager.default
        guard let paths = files.enumerator(atPath: directory.path) else {
            throw .directoryAbsent(directory.path)
        }
        var found: [(name: String, text: String)] = []
        for case let path as String in paths where path.hasSuffix(".mustache") {
            guard let bytes = files.contents(atPath: directory.appending(path: path).path) else {
                throw .unreadable(name: path, reason: "the file cannot be read")
            }
            found.append(
                (String(path.dropLast(".mustache".count)), String(decoding: bytes, as: UTF8.self)))
        }
        return found
    }

    /// The words that follow `mark` up to the closing braces.
    private static func words(after mark: String, in text: String) -> [String] {
        text.split(separator: mark, omittingEmptySubsequences: false).dropFirst().compactMap {
            let word = $0.prefix { $0 != "}" }.trimmed
            return word.isEmpty || word.first == "*" ? nil : String(word)
        }
    }
}

/// A template that cannot be used: found at start, before anyone reads a page.
package enum TemplateError: Error, Hashable {
    case directoryAbsent(String)
    case duplicate(name: String)
    case unknown(name: String)
    case unknownPartial(String, in: String)
    case unknownText(String, in: String)
    case unreadable(name: String, reason: String)
}
