//! Shell, components, styles and scripts that every page is made of.
