/// Why a text is not acceptable JSON, and where.
package struct JSONError: Error, Sendable, Hashable {
    package enum Reason: String, Sendable {
        case unexpectedEnd = "the text ends too early"
        case unexpectedCharacter = "this character is not expected here"
        case invalidNumber = "this is not a JSON number"
        case numberTooLarge = "the number is larger than a double can hold"
        case invalidString = "a string has a raw control character or a bad escape"
        case invalidUTF8 = "the bytes are not UTF-8"
        case duplicateKey = "a key appears twice in one object"
        case tooDeep = "arrays and objects are nested too deeply"
        case trailingText = "text follows the JSON value"
    }

    package var reason: Reason
    /// Both count from 1; the column counts bytes. Numbers, strings and repeated keys are named by
    /// where they begin, everything else by the first byte that is wrong.
    package var line: Int
    package var column: Int
}
