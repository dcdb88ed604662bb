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

    /// The part of `all` that the reader asked for, with its pager when there are several.
    ///
    /// - Parameters:
    ///   - asked: the `page` of the query; anything but a page that exists shows the nearest.
    ///   - path: the address of the list without `page`, before the reader's language is added.
    package static func part<Element>(
        of all: [Element], asked: Substring?, path: String, links: Links,
        texts: Texts
    ) -> (rows: ArraySlice<Element>, pager: Pager?) {
        guard all.count > rowsMax else { return (all[...], nil) }
        let last = (all.count - 1) / rowsMax
        let page = min(max((asked.flatMap { Int($0) } ?? 1) - 1, 0), last)
        let range = page * rowsMax..<min((page + 1) * rowsMax, all.count)
        func address(_ number: Int) -> String {
            links.to("\(path)\(path.contains("?") ? "&" : "?")page=\(number + 1)")
        }
        let words = texts["pagerWords"][links.language]
            .replacing("{from}", with: "\(range.lowerBound + 1)")
            .replacing("{to}", with: "\(range.upperBound)")
            .replacing("{all}", with: "\(all.count)")
        return (
            all[range],
            Pager(
                words: words, previous: page > 0 ? address(page - 1) : nil,
                next: page < last ? address(page + 1) : nil)
        )
    }
}
