module policies/my-policy

go 1.24
