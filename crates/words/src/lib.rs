//! Every sentence for people, in English and Simplified Chinese.
