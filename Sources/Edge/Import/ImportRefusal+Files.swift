import CityKernel

extension ImportRefusal {
    /// Words about whole files.
    static let ofFiles: [Reason: Words] = [
        .columnsMissing: Words(
            "表に「{1}」の列がありません", "「{1}」の れつが ありません", "The table has no column {1}",
            "見出しの行を確かめるか、列の対応を選び直してください", "れつの なまえを 見なおして ください",
            "Check the line of the header, or choose the columns again"),
        .fileTooLarge: Words(
            "ファイルが大きすぎます({1}MiBまで)", "ファイルが 大きすぎます", "The file is too large ({1} MiB at most)",
            "見出しをつけたまま、いくつかに分けてください", "いくつかに わけて ください",
            "Split it, each part with the header"),
        .fileEmpty: Words(
            "ファイルが空です", "ファイルが からです", "The file is empty",
            "中身のあるファイルを選んでください", "ほかの ファイルを えらんで ください",
            "Choose a file that holds something"),
        .headerMissing: Words(
            "見出しがありません", "れつの なまえが ありません", "There is no header",
            "見出しの行の番号を確かめてください", "なまえの ぎょうを 見なおして ください",
            "Check the number of the header's line"),
        .encodingUnknown: Words(
            "文字コードがUTF-8でもShift_JISでもありません", "文字が よめません",
            "The text is neither UTF-8 nor Shift_JIS",
            "Excelなら「CSV UTF-8」で保存し直してください", "「CSV UTF-8」で ほぞんして ください",
            "In Excel, save it as \"CSV UTF-8\""),
        .tooManyRows: Words(
            "行が多すぎます({1}行まで)", "ぎょうが おおすぎます", "There are too many rows ({1} at most)",
            "見出しをつけたまま、いくつかに分けてください", "いくつかに わけて ください",
            "Split it, each part with the header"),
        .jsonUnreadable: Words(
            "JSONとして読めません({1}行{2}列)", "JSONが よめません", "This is not JSON (line {1}, column {2})",
            "ファイルが途中で切れていないか確かめてください", "ファイルを 見なおして ください",
            "Check that the file is whole"),
        .jsonPathMissing: Words(
            "JSONに「{1}」がありません", "JSONに「{1}」が ありません", "The JSON has no {1}",
            "行の並びがある場所を、名前を「.」でつないで入れてください", "ぎょうの ある ばしょを かいて ください",
            "Name where the rows are, the names joined by dots"),
        .recordsMissing: Words(
            "行の並び(配列)がありません", "ぎょうが ありません", "There is no list of rows",
            "行の並びがある場所を入れてください", "ぎょうの ある ばしょを かいて ください",
            "Name where the rows are"),
        .xmlTooLarge: Words(
            "XMLが大きすぎます({1}MiBまで)", "XMLが 大きすぎます", "The XML is too large ({1} MiB at most)",
            "いくつかに分けてください", "いくつかに わけて ください", "Split it"),
        .xmlUnreadable: Words(
            "XMLとして読めません({1}行{2}列)", "XMLが よめません", "This is not XML (line {1}, column {2})",
            "ファイルが途中で切れていないか確かめてください", "ファイルを 見なおして ください",
            "Check that the file is whole"),
        .xmlEncodingUnknown: Words(
            "このXMLの文字の符号は使えません", "文字が よめません", "The encoding of this XML is not read",
            "UTF-8で保存し直してください", "UTF-8で ほぞんして ください", "Save it as UTF-8"),
        .xmlDocumentType: Words(
            "文書型宣言(DOCTYPE)のあるXMLと、UTF-16のXMLは読みません", "この XMLは よみません",
            "XML with a document type (DOCTYPE), or in UTF-16, is not read",
            "宣言のないUTF-8のXMLにしてください", "ほかの XMLに して ください",
            "Use XML in UTF-8 without that declaration"),
        .xmlTooDeep: Words(
            "XMLの入れ子が深すぎるか、要素が多すぎます", "XMLが ふくざつすぎます",
            "The XML is nested too deeply or has too many elements",
            "いくつかに分けてください", "いくつかに わけて ください", "Split it"),
        .xmlPathMissing: Words(
            "XMLに「{1}」がありません", "XMLに「{1}」が ありません", "The XML has no {1}",
            "行の並びがある場所を、要素の名前を「.」でつないで入れてください", "ぎょうの ある ばしょを かいて ください",
            "Name where the rows are, the elements joined by dots"),
        .telegramUnreadable: Words(
            "電文に管理部(Control)か見出し部(Head)がありません", "電文では ありません",
            "The telegram has no Control or no Head",
            "気象庁防災情報XMLの電文を選んでください", "気象庁の 電文を えらんで ください",
            "Choose a telegram of the weather agency (気象庁防災情報XML)"),
        .notAFeed: Words(
            "一覧(Atom・RSS)ではありません", "いちらんでは ありません", "This is no feed (Atom, RSS)",
            "一覧のアドレスか、「先の文書」の設定を直してください", "アドレスを 見なおして ください",
            "Correct the feed's address, or the setting of documents behind it"),
        .excelUnreadable: Words(
            "Excelのファイルとして読めません", "Excelの ファイルが よめません", "This Excel file cannot be read",
            "Excelで開き、.xlsx で保存し直してください", ".xlsx で ほぞんして ください",
            "Open it in Excel and save it as .xlsx"),
        .excelTooLarge: Words(
            "表が大きすぎます(開くと{1}MiBを超えます)", "表が 大きすぎます",
            "The table is too large (over {1} MiB when opened)",
            "いくつかのファイルに分けるか、CSVで保存してください", "いくつかに わけて ください",
            "Split it, or save it as CSV"),
        .sheetMissing: Words(
            "シート「{1}」がありません", "シート「{1}」が ありません", "There is no sheet {1}",
            "シートの名前を選び直してください", "シートを えらびなおして ください",
            "Choose the sheet again"),
    ]
}
