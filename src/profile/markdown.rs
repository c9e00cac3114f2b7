//! Markdown to neutral blocks.
