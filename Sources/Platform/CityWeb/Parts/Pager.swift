import CityKernel

/// A long list in pages: which part is shown, and the ways to the parts beside it.
///
/// Part `part/pager`.
package struct Pager: Sendable, Hashable {
    /// Rows of one page: what a phone scrolls and a person scans.
    package static let rowsMax = 100

    let words: String
    let previous: String?
    let next: String?

    /// The pager of a list that is read page by page; `nil` when one page holds it.
    /// - Parameters:
    ///   - number: of the page shown, from 1.
    ///   - path: the address of the list without `page`, before the reader's language is added.
    ///   - place: the id of the rows, where other things stand above them.
    package init?(
        page number: Int, of count: Int, path: String, at place: String? = nil, links: Links,
        texts: Texts
    ) {
        guard count > Self.rowsMax else { return nil }
        let last = (count - 1) / Self.rowsMax + 1
        let page = min(max(number, 1), last)
        func address(_ number: Int) -> String {
            links.to("\(path)\(path.contains("?") ? "&" : "?")page=\(number)")
                + (place.map { "#" + $0 } ?? "")
        }
        words = texts["pagerWords"][links.language]
            .replacing("{from}", with: "\((page - 1) * Self.rowsMax + 1)")
            .replacing("{to}", with: "\(min(page * Self.rowsMax, count))")
            .replacing("{all}", with: "\(count)")
        previous = page > 1 ? address(page - 1) : nil
        next = page < last ? address(page + 1) : nil
    }

    /// The part of `all` that the reader asked for, with its pager when there are several.
    /// - Parameter asked: the `page` of the query; anything but a page that exists shows the nearest.
    package static func part<Element>(
        of all: [Element], asked: Substring?, path: String, at place: String? = nil,
        links: Links, texts: Texts
    ) -> (rows: ArraySlice<Element>, pager: Pager?) {
        guard all.count > rowsMax else { return (all[...], nil) }
        let last = (all.count - 1) / rowsMax + 1
        let page = min(max(asked.flatMap { Int($0) } ?? 1, 1), last)
        let range = (page - 1) * rowsMax..<min(page * rowsMax, all.count)
        return (
            all[range],
            Pager(
                page: page, of: all.count, path: path, at: place, links: links, texts: texts)
        )
    }
}
