//! What a value weighs: the bytes that the canonical ABI of components copies for it between host and policy. That is its
//! record as it lies in memory, gaps included, and behind it the text of every string and the elements of every list.

use std::sync::Arc;

use wasmtime::component::ComponentType;

/// A value that can be weighed.
pub(super) trait Weigh: ComponentType {
    /// The bytes that are not in the record itself.
    fn behind(&self) -> usize;

    /// All bytes.
    fn weight(&self) -> usize {
        Self::SIZE32 + self.behind()
    }
}

/// Records weigh what their fields do. The pattern names them all, or does not compile.
macro_rules! weigh {
    ($record:path { $($field:ident),* $(,)? }) => {
        impl $crate::policy::weight::Weigh for $record {
            fn behind(&self) -> usize {
                let Self { $($field),* } = self;
                0 $(+ $crate::policy::weight::Weigh::behind($field))*
            }
        }
    };
}
pub(super) use weigh;

/// What has nothing behind it.
macro_rules! weigh_plain {
    ($($plain:path),* $(,)?) => {
        $(impl $crate::policy::weight::Weigh for $plain {
            fn behind(&self) -> usize {
                0
            }
        })*
    };
}
pub(super) use weigh_plain;

weigh_plain!(bool, i32, u32);

impl Weigh for String {
    fn behind(&self) -> usize {
        self.len()
    }
}

impl<T: Weigh> Weigh for Arc<T> {
    fn behind(&self) -> usize {
        T::behind(self)
    }
}

impl<T: Weigh> Weigh for Option<T> {
    fn behind(&self) -> usize {
        self.as_ref().map_or(0, T::behind)
    }
}

impl<T: Weigh, E: Weigh> Weigh for Result<T, E> {
    fn behind(&self) -> usize {
        self.as_ref().map_or_else(E::behind, T::behind)
    }
}

impl<T: Weigh> Weigh for Vec<T> {
    fn behind(&self) -> usize {
        self.iter().map(T::weight).sum()
    }
}

impl<A: Weigh, B: Weigh> Weigh for (A, B) {
    fn behind(&self) -> usize {
        self.0.behind() + self.1.behind()
    }
}

#[cfg(test)]
mod tests {
    use super::super::wit::types::{Missing, Severity, Unavailable, Undecided, Violation};
    use super::*;

    #[test]
    fn a_value_weighs_what_the_canonical_abi_copies() {
        // A string is an address and a length, 4 bytes each, and its text.
        assert_eq!("text".to_owned().weight(), 8 + 4);
        assert_eq!(Some("text".to_owned()).weight(), 4 + 8 + 4);
        assert_eq!(None::<String>.weight(), 4 + 8);
        assert_eq!(vec!["a".to_owned(), "bc".to_owned()].weight(), 8 + 2 * 8 + 3);
        assert_eq!((1_u32, true).weight(), 8);
        let answer: Result<Vec<String>, Unavailable> = Err(Unavailable::Denied("ec2:DescribeSubnets".to_owned()));
        assert_eq!(answer.weight(), 4 + 4 + 8 + 19);
        let violation = Violation {
            rule: "image".to_owned(),
            severity: Severity::High,
            object: "web".to_owned(),
            attribute: "image".to_owned(),
            found: Some("1".to_owned()),
            allowed: None,
            check: None,
            message: "no".to_owned(),
            remediation: None,
        };
        // Four strings, an enumeration of one byte with three to the next word, four optional strings.
        assert_eq!(violation.weight(), 4 * 8 + 4 + 4 * 12 + 16);
        let missing = Missing { family: "subnets".to_owned(), reason: Unavailable::Failed(String::new()) };
        let undecided = Undecided { rule: "ip".to_owned(), unavailable: vec![missing] };
        assert_eq!(undecided.weight(), 8 + 8 + 2 + (8 + 12 + 7));
    }
}
