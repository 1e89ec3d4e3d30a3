-- create_gl_detail
-- Every line of the journal, in the columns of the General Ledger Detail.
create table GL_Detail (
    Journal_ID integer not null,
    Journal_ID_Line_Number integer not null,
    JE_Header_Description text not null,
    Source text not null,
    Business_Unit_Code text not null,
    Fiscal_Year text not null,
    Period text not null,
    Effective_Date text not null,
    Document_Date text not null,
    GL_Account_Number text not null,
    Amount text not null,
    Amount_Credit_Debit_Indicator text not null,
    Amount_Currency text not null,
    Amount_Minor integer not null,
    Entered_By text not null,
    Entered_Date text not null,
    Entered_Time text not null,
    Segment01_Fund text not null,
    Segment02_Customer_Account_ID text not null,
    Segment03_Supplier_Account_ID text not null,
    Segment04_Child text not null,
    primary key (Journal_ID, Journal_ID_Line_Number)
)

-- insert_gl_detail: adds a row of that table
insert into GL_Detail values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- select_gl_detail: all rows of that table, as they were added
select * from GL_Detail order by rowid

-- create_gl_trial_balance
-- What each account of a contract and fund stood at before and after each month, and its movements.
create table GL_Trial_Balance (
    Business_Unit_Code text not null,
    Segment01_Fund text not null,
    GL_Account_Number text not null,
    Fiscal_Year text not null,
    Period text not null,
    Amount_Beginning text not null,
    Amount_Debit text not null,
    Amount_Credit text not null,
    Amount_Ending text not null,
    Amount_Currency text not null,
    primary key (Business_Unit_Code, Segment01_Fund, GL_Account_Number, Fiscal_Year, Period)
)

-- insert_gl_trial_balance: adds a row of that table
insert into GL_Trial_Balance values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- select_gl_trial_balance: all rows of that table, as they were added
select * from GL_Trial_Balance order by rowid

-- create_gl_chart_of_accounts
-- Every account that the journal names, and what kind of account it is.
create table GL_Chart_Of_Accounts (
    GL_Account_Number text primary key,
    GL_Account_Name text not null,
    Account_Type text not null,
    Account_Subtype text not null
)

-- insert_gl_chart_of_accounts: adds a row of that table
insert into GL_Chart_Of_Accounts values (?, ?, ?, ?)

-- select_gl_chart_of_accounts: all rows of that table, as they were added
select * from GL_Chart_Of_Accounts order by rowid

-- create_ar_invoices_generated
-- Invoices and credit notes to funders.
create table AR_Invoices_Generated (
    Invoice_ID text not null,
    Invoice_Type text not null,
    Invoice_Reference text not null,
    Business_Unit_Code text not null,
    Segment01_Fund text not null,
    Customer_Account_ID text not null,
    Invoice_Date text not null,
    Invoice_Due_Date text not null,
    Invoice_Amount text not null,
    Amount_Currency text not null,
    Claim_ID text not null,
    Journal_ID integer primary key
)

-- insert_ar_invoices_generated: adds a row of that table
insert into AR_Invoices_Generated values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- select_ar_invoices_generated: all rows of that table, as they were added
select * from AR_Invoices_Generated order by rowid

-- create_ar_open_accounts
-- What of each invoice and credit note is open.
create table AR_Open_Accounts (
    Invoice_ID text not null,
    Business_Unit_Code text not null,
    Customer_Account_ID text not null,
    Transaction_Due_Date text not null,
    Original_Amount text not null,
    Allocated_Amount text not null,
    Credited_Amount text not null,
    Written_Off_Amount text not null,
    Refunded_Amount text not null,
    Balance_Amount text not null,
    Amount_Currency text not null,
    Journal_ID integer primary key
)

-- insert_ar_open_accounts: adds a row of that table
insert into AR_Open_Accounts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- select_ar_open_accounts: all rows of that table, as they were added
select * from AR_Open_Accounts order by rowid

-- create_ar_cash_received
-- Receipts of funders' money, and what of each was allocated.
create table AR_Cash_Received (
    Receipt_ID text not null,
    Business_Unit_Code text not null,
    Customer_Account_ID text not null,
    Receipt_Date text not null,
    Bank_Account_ID text not null,
    Receipt_Amount text not null,
    Allocated_Amount text not null,
    Voided_Indicator text not null,
    Amount_Currency text not null,
    Journal_ID integer primary key
)

-- insert_ar_cash_received: adds a row of that table
insert into AR_Cash_Received values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- select_ar_cash_received: all rows of that table, as they were added
select * from AR_Cash_Received order by rowid

-- create_ap_invoices_received
-- Invoices and credit notes of partners.
create table AP_Invoices_Received (
    Invoice_ID text not null,
    Invoice_Type text not null,
    Business_Unit_Code text not null,
    Supplier_Account_ID text not null,
    Invoice_Date text not null,
    Invoice_Amount text not null,
    Amount_Currency text not null,
    Journal_ID integer primary key
)

-- insert_ap_invoices_received: adds a row of that table
insert into AP_Invoices_Received values (?, ?, ?, ?, ?, ?, ?, ?)

-- select_ap_invoices_received: all rows of that table, as they were added
select * from AP_Invoices_Received order by rowid

-- create_ap_open_accounts
-- What each partner is owed: fees that accrued and are not invoiced, invoices that are not paid.
create table AP_Open_Accounts (
    Supplier_Account_ID text not null,
    Business_Unit_Code text not null,
    Segment01_Fund text not null,
    Accrued_Amount text not null,
    Payable_Amount text not null,
    Balance_Amount text not null,
    Amount_Currency text not null,
    primary key (Supplier_Account_ID, Business_Unit_Code, Segment01_Fund)
)

-- insert_ap_open_accounts: adds a row of that table
insert into AP_Open_Accounts values (?, ?, ?, ?, ?, ?, ?)

-- select_ap_open_accounts: all rows of that table, as they were added
select * from AP_Open_Accounts order by rowid

-- create_bas_customer
-- The funders of each contract.
create table BAS_Customer (
    Customer_Account_ID text not null,
    Customer_Account_Name text not null,
    Customer_Type text not null,
    Business_Unit_Code text not null,
    Segment01_Fund text not null,
    Journal_ID integer primary key
)

-- insert_bas_customer: adds a row of that table
insert into BAS_Customer values (?, ?, ?, ?, ?, ?)

-- select_bas_customer: all rows of that table, as they were added
select * from BAS_Customer order by rowid

-- create_bas_supplier
-- The partners of each contract, by their orders.
create table BAS_Supplier (
    Supplier_Account_ID text not null,
    Supplier_Account_Name text not null,
    Purchase_Order_ID text not null,
    Business_Unit_Code text not null,
    Segment01_Fund text not null,
    Journal_ID integer primary key
)

-- insert_bas_supplier: adds a row of that table
insert into BAS_Supplier values (?, ?, ?, ?, ?, ?)

-- select_bas_supplier: all rows of that table, as they were added
select * from BAS_Supplier order by rowid

-- create_bas_business_unit
-- The contracts of the ledger, by their days.
create table BAS_Business_Unit (
    Business_Unit_Code text not null,
    Business_Unit_Name text not null,
    Effective_Date text not null,
    Inactive_Date text not null,
    Journal_ID integer primary key
)

-- insert_bas_business_unit: adds a row of that table
insert into BAS_Business_Unit values (?, ?, ?, ?, ?)

-- select_bas_business_unit: all rows of that table, as they were added
select * from BAS_Business_Unit order by rowid

-- create_oc_payments
-- Every release and reversal of a payment, whole: paid and unfunded.
create table OC_Payments (
    Payment_ID text not null,
    Transaction_Type text not null,
    Business_Unit_Code text not null,
    Trigger_ID text not null,
    Child_ID text not null,
    Effective_Date text not null,
    Amount text not null,
    Funded_Amount text not null,
    Unfunded_Amount text not null,
    Amount_Currency text not null,
    Journal_ID integer primary key
)

-- insert_oc_payments: adds a row of that table
insert into OC_Payments values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- select_oc_payments: all rows of that table, as they were added
select * from OC_Payments order by rowid

-- create_oc_period_closings
-- What closings stored: one row for each account of the trial balance, by fund.
create table OC_Period_Closings (
    Journal_ID integer not null,
    Business_Unit_Code text not null,
    Period_From text not null,
    Period_To text not null,
    Hardness text not null,
    GL_Account_Number text not null,
    Segment01_Fund text not null,
    Balance_Amount text not null,
    Amount_Currency text not null,
    primary key (Journal_ID, GL_Account_Number, Segment01_Fund)
)

-- insert_oc_period_closings: adds a row of that table
insert into OC_Period_Closings values (?, ?, ?, ?, ?, ?, ?, ?, ?)

-- select_oc_period_closings: all rows of that table, as they were added
select * from OC_Period_Closings order by rowid

-- create_events
-- The events of the log in their exact bytes; of those that are left out the leaf hash alone.
create table events (
    version integer primary key,
    type text not null,
    stored blob,
    leaf_hash blob not null
)

-- insert_events: adds a row of that table
insert into events values (?, ?, ?, ?)

-- select_events: all rows of that table, as they were added
select * from events order by rowid
