import CityKernel
import Testing

@Suite("CSV")
struct CSVRecordReaderTests {
    private typealias Element = CSVRecordReader.Element

    private func read(
        _ text: String, limits: CSVLimits = CSVLimits(), chunk: Int = .max
    ) -> [Element] {
        read(Array(text.utf8), limits: limits, chunk: chunk)
    }

    private func read(_ bytes: [UInt8], limits: CSVLimits, chunk: Int) -> [Element] {
        var reader = CSVRecordReader(limits: limits)
        var elements: [Element] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            reader.append(rest.prefix(chunk))
            rest = rest.dropFirst(chunk)
            while let element = reader.next() { elements.append(element) }
        }
        reader.finish()
        while let element = reader.next() { elements.append(element) }
        return elements
    }

    private func record(_ line: Int, _ fields: String...) -> Element {
        .record(CSVRecord(line: line, fields: fields))
    }

    @Test("どこで切れて届いても同じ行になる", arguments: [1, 2, 3, 5, 1_000])
    func chunks(size: Int) {
        let text = "\u{FEFF}日時,水位\r\n\"a,\"\"b\"\"\",2\n\n3,\r4,5"
        #expect(
            read(text, chunk: size) == [
                record(1, "日時", "水位"), record(2, "a,\"b\"", "2"), record(3, ""),
                record(4, "3", ""), record(5, "4", "5"),
            ])
    }

    @Test("引用の中の改行は行番号に数える")
    func lineBreakInField() {
        #expect(read("\"a\nb\",1\nc,2\n") == [record(1, "a\nb", "1"), record(3, "c", "2")])
    }

    @Test("閉じない引用はその行だけを失う")
    func unclosedQuote() {
        let limits = CSVLimits(allowsLineBreaksInFields: false)
        let fault = Element.fault(CSVFault(line: 2, reason: .quoteUnclosed))
        #expect(
            read("a\n\"b,1\nc\nd", limits: limits) == [
                record(1, "a"), fault, record(3, "c"), record(4, "d"),
            ])
        #expect(read("a\n\"b,1\nc\nd") == [record(1, "a"), fault, record(3, "c"), record(4, "d")])
        #expect(
            read("a\n\"b", limits: limits) == [record(1, "a"), fault])
    }

    @Test("長すぎる行と多すぎる列は名指しされ、次の行は読める")
    func limits() {
        let limits = CSVLimits(recordBytesMax: 8, fieldsMax: 3)
        #expect(
            read("123456789012345678\n1,2,3,4\n5", limits: limits) == [
                .fault(CSVFault(line: 1, reason: .recordTooLong)),
                .fault(CSVFault(line: 2, reason: .tooManyFields)), record(3, "5"),
            ])
    }

    @Test("引用のあとの文字とUTF-8でない行は名指しされる")
    func brokenFields() {
        let bytes = Array("\"a\"b,1\n".utf8) + [0x93, 0xFA, 0x0A] + Array("ok\n".utf8)
        #expect(
            read(bytes, limits: CSVLimits(), chunk: .max) == [
                .fault(CSVFault(line: 1, reason: .quoteMisplaced)),
                .fault(CSVFault(line: 2, reason: .invalidUTF8)), record(3, "ok"),
            ])
    }
}
