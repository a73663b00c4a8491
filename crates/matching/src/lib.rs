//! How text is cut, weighed and compared: analysis, scores, reasons.
