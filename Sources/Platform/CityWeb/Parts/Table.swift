/// Rows and columns: numbers stand right, the header stays in sight.
///
/// Part `part/table`.
package struct Table: Sendable, Hashable {
    package struct Column: Sendable, Hashable {
        let words: String
        let isNumber: Bool

        package init(_ words: String, isNumber: Bool = false) {
            self.words = words
            self.isNumber = isNumber
        }
    }

    package struct Cell: Sendable, Hashable, ExpressibleByStringLiteral {
        let text: String
        let path: String?

        package init(_ text: String, path: String? = nil) {
            self.text = text
            self.path = path
        }

        package init(stringLiteral value: String) { self.init(value) }
    }

    struct CellView: Hashable {
        let text: String
        let path: String?
        let isHead: Bool
        let isNumber: Bool
    }

    struct Row: Hashable { let cells: [CellView] }

    let caption: String
    let hidesCaption: Bool
    let columns: [Column]
    let rows: [Row]

    /// - Parameters:
    ///   - caption: names the table; hidden from the eye when a heading says the same.
    ///   - hasRowHeads: whether the first cell of each row names it.
    /// - Precondition: each row has a cell for each column.
    package init(
        caption: String, hidesCaption: Bool = false, columns: [Column], rows: [[Cell]],
        hasRowHeads: Bool = true
    ) {
        self.caption = caption
        self.hidesCaption = hidesCaption
        self.columns = columns
        self.rows = rows.map { row in
            precondition(row.count == columns.count, "a row has a cell for each column")
            return Row(
                cells: zip(row, columns).enumerated().map { index, pair in
                    CellView(
                        text: pair.0.text, path: pair.0.path,
                        isHead: hasRowHeads && index == 0 && pair.0.path == nil,
                        isNumber: pair.1.isNumber)
                })
        }
    }
}
